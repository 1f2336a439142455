"""Names of models as messages write them → one spelling per model."""

import re

# A family that is also a product, a word or a first name counts as a model only with a version behind it.
_MODEL = re.compile(
    r"(?<![\w@.])(?:[\w.-]+/)*(?P<id>"
    r"claude[- ](?:opus|sonnet|haiku|fable|mythos)[- ]v?\d+(?:[.-]\d{1,2})?(?:-\d{8})?(?![\d])"
    r"|claude[- ]v?\d(?:[.-]\d)?[- ](?:opus|sonnet|haiku)(?:-\d{8})?"
    r"|claude (?:opus|sonnet|haiku|fable|mythos)\b"
    r"|(?:opus|sonnet|haiku|fable|mythos)[ -]v?\d+(?:[.-]\d{1,2})?"
    r"|(?:chat)?gpt[- ]?\d[\w.]*(?:[- ](?:codex(?:-max|-mini)?|mini|nano|turbo|pro|sol|terra))*"
    r"|o[134](?:-mini|-pro)?(?![\w-])"
    r"|gemini[- ]v?\d[\w.]*(?:[- ](?:pro|flash|ultra|lite|preview))*"
    r"|(?:qwen|kimi|glm|llama|mistral|devstral|codestral|deepseek|grok|minimax|gemma|nemotron|composer|swe)"
    r"[- ]?(?:k|v|r|m|coder-?|code-?|large-?|small-?|medium-?|chat-?)?\d[\w.]*(?:[- ](?:max|plus|pro|flash|fast|code|"
    r"coder|mini|air|turbo|thinking|instruct))*"
    r"|deepseek[- ](?:coder|chat|reasoner)"
    r"|(?:gpt|gemini|qwen|kimi|llama|deepseek|grok)(?![\w.@-])"
    r"(?!\s+(?-i:[A-ZÀ-Þ](?![A-Z\d])\w))"  # but not Kimi Räikkönen
    r")",
    re.IGNORECASE,
)
_CLAUDE = re.compile(
    r"(?:claude[- ])?(?P<family>opus|sonnet|haiku|fable|mythos)[- ]v?"
    r"(?P<major>\d{1,2})(?:[.-](?P<minor>\d{1,2}))?(?:-\d{8})?$"
    r"|claude[- ]v?(?P<major2>\d)(?:[.-](?P<minor2>\d))?[- ](?P<family2>opus|sonnet|haiku)(?:-\d{8})?$",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:\(\s*1M context\s*\)|\[1m\]|\((?:Anthropic|OpenAI|Google)\))", re.IGNORECASE)
_BRANDS = {"gpt": "GPT", "glm": "GLM", "chatgpt": "ChatGPT", "deepseek": "DeepSeek", "minimax": "MiniMax", "swe": "SWE"}


def find_model(text: str) -> tuple[str, tuple[int, int]] | None:
    """The first known model that a text names, in its one spelling, and where it stands; None if it names none."""
    found = _MODEL.search(text)
    return (model_name(found["id"]), found.span()) if found else None


def model_name(raw: str) -> str:
    """One spelling for a model's id or display name: `claude-opus-4-6` and `Claude Opus 4.6 (1M context)` are one."""
    name = _SUFFIX.sub("", raw).strip(" \t\"'`,;")
    name = name.rsplit("/", 1)[-1] or name
    if claude := _CLAUDE.match(name):
        family = claude["family"] or claude["family2"]
        major, minor = claude["major"] or claude["major2"], claude["minor"] or claude["minor2"]
        return f"Claude {family.capitalize()} {major}{'.' + minor if minor else ''}"
    if re.fullmatch(r"claude (?:opus|sonnet|haiku|fable|mythos)", name, re.IGNORECASE):
        return name.title()
    if gpt := re.fullmatch(r"(?:chat)?gpt[- ]?(\d[\w.]*)((?:[- ]\w+)*)", name, re.IGNORECASE):
        return f"GPT-{gpt[1]}" + "".join(f" {word.capitalize()}" for word in re.split(r"[- ]", gpt[2]) if word)
    family = re.fullmatch(r"([A-Za-z]{2,})(?:[- ]?(\d.*)|[- ](.+))?", name)
    if family is None or not (family[1].lower() in _BRANDS or _MODEL.fullmatch(name)):
        return name
    brand = _BRANDS.get(family[1].lower(), family[1].capitalize())
    words = [word[:1].upper() + word[1:] for word in re.split(r"[- ]", family[2] or family[3] or "") if word]
    return f"{brand}{'-' if brand in ('GPT', 'GLM') else ' '}{' '.join(words)}" if words else brand
