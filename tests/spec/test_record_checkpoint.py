"""Merkle roots and signed checkpoints."""

from __future__ import annotations

import hashlib

import pytest

from record_making import KEY, Happened, checkpoint_of, make_entries, root_of
from trialwright.record.checkpoint import CheckpointError, SigningKey, load_checkpoint, load_signing_key
from trialwright.record.merkle import MerkleTree
from trialwright.record.verify import Bad, Unreadable, check_signature, parse_checkpoint, parse_key

# The inputs and the roots of the first trees in the tests of certificate-transparency's reference program.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_merkle_roots_are_the_published_ones() -> None:
    """The root of 0 to 8 leaves is the one RFC 6962's reference program computes."""
    tree = MerkleTree()
    roots = [tree.root().hex()]
    for leaf in LEAVES:
        tree.append(bytes.fromhex(leaf))
        roots.append(tree.root().hex())
    assert roots == ROOTS


def test_a_tree_grows_on_from_its_peaks() -> None:
    """A tree resumed from size and peaks has the same roots as one grown from the start."""
    whole = MerkleTree()
    resumed = MerkleTree()
    for number in range(40):
        resumed = MerkleTree(resumed.size, resumed.peaks)
        for tree in (whole, resumed):
            tree.append(hashlib.sha256(bytes([number])).digest())
        assert resumed.root() == whole.root()


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    """Peaks of another tree are not taken."""
    with pytest.raises(ValueError, match="peaks"):
        MerkleTree(3, [b"x" * 32])


@pytest.mark.requirement("TE-1")
def test_a_checkpoint_is_a_c2sp_signed_note() -> None:
    """A checkpoint is origin, size, root, an empty line and a signature line that the public key confirms."""
    entries = make_entries([[Happened()]] * 3)
    text = checkpoint_of(entries)
    origin, size, _, blank, signature, end = text.split("\n")
    assert (origin, size, blank, end) == (KEY.name, "3", "", "")
    assert signature.startswith(f"\u2014 {KEY.name} ")
    checkpoint = load_checkpoint(text)
    assert (checkpoint.size, checkpoint.root) == (3, root_of(entries))
    check_signature(checkpoint, parse_key(KEY.public_text()))


def test_the_public_key_is_written_as_go_writes_it() -> None:
    """The published example of Go's note package is read, and its signed note verifies."""
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert (key.name, key.key_id.hex()) == ("PeterNeumann", "c74f20a3")


@pytest.mark.requirement("TE-1")
def test_a_false_signature_and_another_key_are_named() -> None:
    """A checkpoint changed after signing, or signed by another key, is not accepted."""
    checkpoint = parse_checkpoint(checkpoint_of(make_entries([[Happened()]])).replace("\n1\n", "\n2\n"))
    with pytest.raises(Bad, match=r"signature .* is false"):
        check_signature(checkpoint, parse_key(KEY.public_text()))
    with pytest.raises(Bad, match="not signed by the given key"):
        check_signature(checkpoint, parse_key(SigningKey(KEY.name, b"\x01" * 32).public_text()))


def test_a_private_key_is_read_back_and_never_shown() -> None:
    """A private key returns from its text; printing the key does not show the secret."""
    assert load_signing_key(KEY.private_text() + "\n") == KEY
    assert KEY.secret.hex() not in repr(KEY)


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+a+b", KEY.public_text(), KEY.private_text().replace("study-1", "study-2")]
)
def test_what_is_no_private_key_is_refused(text: str) -> None:
    """A text that is no private key, or one that was changed, is refused with a code."""
    with pytest.raises(CheckpointError) as refused:
        load_signing_key(text)
    assert refused.value.problems[0].code == "TW-305"


@pytest.mark.parametrize(("name", "secret"), [("two words", b"0" * 32), ("a+b", b"0" * 32), ("a", b"short")])
def test_a_key_needs_a_plain_name_and_32_bytes(name: str, secret: bytes) -> None:
    """A key's name has no space and no plus sign; its secret has 32 bytes."""
    with pytest.raises(CheckpointError):
        SigningKey(name, secret)


@pytest.mark.parametrize(
    "text",
    ["", "a+b", "name+00000000+AQ==", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    """A text that is no public key, or one with a changed character, cannot be used."""
    with pytest.raises(Unreadable):
        parse_key(text)


WHOLE = checkpoint_of(make_entries([[Happened()]]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        WHOLE[:-1],
        WHOLE.replace("\n\n", "\n"),
        WHOLE.replace("\n1\n", "\n01\n"),
        WHOLE.replace("\n1\n", "\n-1\n"),
        WHOLE.replace("\u2014", "-"),
        WHOLE.replace("=\n\n", "\n\n"),
        " " + WHOLE,
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """A checkpoint out of its form is refused with a sentence and a code."""
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(text)
    assert refused.value.problems[0].code == "TW-305"
