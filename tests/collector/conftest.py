"""Makes what lies in this folder importable by the tests below it (`made_repository`, in every folder's tests)."""
