"""Names of models: many spellings, one name."""

import pytest

from collector.evidence.models import find_model, model_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("claude-opus-4-6", "Claude Opus 4.6"),
        ("Claude Opus 4.6 (1M context)", "Claude Opus 4.6"),
        ("claude-opus-4-5-20251101", "Claude Opus 4.5"),
        ("claude-3-5-sonnet-20241022", "Claude Sonnet 3.5"),
        ("claude-sonnet-4-20250514", "Claude Sonnet 4"),
        ("anthropic/claude-sonnet-4.5", "Claude Sonnet 4.5"),
        ("Opus 4.7", "Claude Opus 4.7"),
        ("claude-opus-5[1m]", "Claude Opus 5"),
        ("gpt-5.3-codex", "GPT-5.3 Codex"),
        ("GPT 5.5", "GPT-5.5"),
        ("gpt-4o", "GPT-4o"),
        ("GPT-5.6 Sol", "GPT-5.6 Sol"),
        ("vertex_ai/gemini-2.5-pro", "Gemini 2.5 Pro"),
        ("glm-4.7", "GLM-4.7"),
        ("GLM 4.7", "GLM-4.7"),
        ("qwen3.7-max", "Qwen 3.7 Max"),
        ("kimi-k2.6", "Kimi K2.6"),
        ("x-ai/grok-4.5", "Grok 4.5"),
        ("deepseek-v4-flash", "DeepSeek V4 Flash"),
        ("o3", "o3"),
        ("some-inhouse-model", "some-inhouse-model"),
    ],
)
def test_one_spelling_per_model(raw: str, name: str) -> None:
    assert model_name(raw) == name
    assert model_name(name) == name


@pytest.mark.parametrize(
    "text", ["Claude", "Composer", "Opus Dei", "the haiku I wrote", "mistral winds", "Codex", "co3x"]
)
def test_a_word_is_no_model(text: str) -> None:
    assert find_model(text) is None
