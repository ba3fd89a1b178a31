"""Keys, sealing and opening of values and files, and blind indexes: a stolen disk tells nothing."""

from permis.vault.keys import KeyRing, keyring
from permis.vault.sealing import Broken, DataKey, new_data_key, open_value, seal_value, unwrap
from permis.vault.stream import open_stream, seal_stream

__all__ = [
    "Broken",
    "DataKey",
    "KeyRing",
    "keyring",
    "new_data_key",
    "open_stream",
    "open_value",
    "seal_stream",
    "seal_value",
    "unwrap",
]
