"""How passwords are kept: argon2id with the parameters of RFC 9106 for machines without plenty of memory."""

from __future__ import annotations

from argon2.profiles import RFC_9106_LOW_MEMORY
from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """64 MiB, three passes, four lanes (RFC 9106 section 4, second recommended option)."""

    time_cost = RFC_9106_LOW_MEMORY.time_cost
    memory_cost = RFC_9106_LOW_MEMORY.memory_cost
    parallelism = RFC_9106_LOW_MEMORY.parallelism
