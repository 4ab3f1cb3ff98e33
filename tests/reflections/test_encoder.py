"""The encoder on a small network of random weights: shapes, pieces, windows and model files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reflections.encoder import (
    MARGIN,
    UNIT,
    WINDOW,
    Encoder,
    ModelError,
    WordPieces,
    read_arrays,
)

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "knee", "k", "##n", "##ee", "pain", "."]
WIDTH = 24


def arrays(features: int = 2) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(1)
    made: dict[str, np.ndarray] = {"pieces": np.frombuffer("\n".join(PIECES).encode(), np.uint8)}

    def dense(name: str, rows: int, columns: int) -> None:
        made[name] = chance.integers(-127, 127, (rows, columns)).astype(np.int8)
        made[f"{name}.scale"] = np.full(columns, 0.004, np.float32)

    made["words"] = chance.integers(-127, 127, (len(PIECES), WIDTH)).astype(np.int8)
    made["words.scale"] = np.full((len(PIECES), 1), 0.01, np.float32)
    dense("places", WINDOW + 2, WIDTH)
    dense("features", features, WIDTH)
    norm = np.stack([np.ones(WIDTH), np.zeros(WIDTH)]).astype(np.float32)
    made["norm"] = norm
    for at in range(2):
        for name, rows, columns in (
            ("query_key_value", WIDTH, 3 * WIDTH),
            ("out", WIDTH, WIDTH),
            ("inner", WIDTH, 4 * WIDTH),
            ("outer", 4 * WIDTH, WIDTH),
        ):
            dense(f"{at}.{name}", rows, columns)
            made[f"{at}.{name}_bias"] = np.zeros(columns, np.float32)
        made[f"{at}.norm"] = made[f"{at}.last_norm"] = norm
    return made


def test_words_are_split_into_the_longest_pieces() -> None:
    pieces = WordPieces(PIECES)
    assert pieces("knee") == [PIECES.index("knee")]
    assert pieces("kn") == [PIECES.index("k"), PIECES.index("##n")]
    assert pieces("knx") == [PIECES.index("[UNK]")]
    assert pieces("k" * 1000) == [PIECES.index("[UNK]")]


def test_units_are_words_and_signs() -> None:
    assert UNIT.findall("o'brien_x, 3/10") == ["o", "'", "brien", "_", "x", ",", "3", "/", "10"]


def test_one_vector_a_piece_that_depends_on_what_is_known_and_what_stands_near() -> None:
    encoder = Encoder(arrays())
    units = ["knee", "pain", "."]
    plain, owners = encoder(units, np.zeros((3, 2), np.float32))
    assert plain.shape == (3, WIDTH) and owners.tolist() == [0, 1, 2]
    known, _ = encoder(units, np.array([[1, 0], [0, 0], [0, 0]], np.float32))
    near, parts = encoder(["kn", "pain", "."], np.zeros((3, 2), np.float32))
    assert parts.tolist() == [0, 0, 1, 2]
    assert not np.allclose(plain[1], known[1], atol=1e-4)
    assert not np.allclose(plain[1], near[2], atol=1e-4)
    assert np.array_equal(plain, encoder(units, np.zeros((3, 2), np.float32))[0])


def test_no_units_no_vectors() -> None:
    assert Encoder(arrays())([], np.zeros((0, 2), np.float32))[0].shape == (0, WIDTH)


@pytest.mark.parametrize("length", [WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW, 3 * WINDOW + 17])
def test_a_long_text_is_read_in_windows_and_every_unit_is(length: int) -> None:
    encoder = Encoder(arrays())
    units = ["knee" if at % 7 else "pain" for at in range(length)]
    vectors, _ = encoder(units)
    assert vectors.shape == (length, WIDTH)
    assert (np.abs(vectors).sum(axis=1) > 0).all()
    assert np.array_equal(vectors[: WINDOW - MARGIN], encoder(units[:WINDOW])[0][: WINDOW - MARGIN])


def test_a_missing_altered_or_foreign_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    with pytest.raises(ModelError, match=r"m\.npz: the model cannot be read"):
        read_arrays(path, "0")
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"m\.npz: not the model"):
        read_arrays(path, "0")
    import hashlib

    with pytest.raises(ModelError, match="not a model file"):
        read_arrays(path, hashlib.sha256(b"no model").hexdigest())
