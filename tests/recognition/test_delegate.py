"""Other hardware runs the models, or the processor does and says why."""

import logging
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from edge_anpr.recognition.card import load_card
from edge_anpr.recognition.runtime import load_network

# The smallest delegates there can be: struct TfLiteDelegate in
# tensorflow/lite/core/c/common.h, made by tflite_plugin_create_delegate.
SOURCE = """
#include <stdint.h>
struct delegate {
    void *data;
    int (*prepare)(void *, struct delegate *);
    void *copy_from, *copy_to, *free_handle;
    int64_t flags;
    void *builder;
};
static int prepared;
static int prepare(void *context, struct delegate *self) { prepared++; return STATUS; }
static struct delegate only = {0, prepare};
int times_prepared(void) { return prepared; }
void *tflite_plugin_create_delegate(char **keys, char **values, unsigned long count,
                                    void (*report)(const char *)) {
    if (MISSING) { report("no such hardware"); return 0; }
    return &only;
}
void tflite_plugin_destroy_delegate(void *delegate) {}
"""


def _library(folder: Path, *, status: int = 0, missing: int = 0) -> Path:
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    source, library = folder / "delegate.c", folder / "delegate.so"
    source.write_text(SOURCE)
    options = ["-shared", "-fPIC", f"-DSTATUS={status}", f"-DMISSING={missing}"]
    subprocess.run([compiler, *options, str(source), "-o", str(library)], check=True)
    return library


def _runs(models: Path, delegate: Path) -> bool:
    card = load_card(models / "plate_reader.yaml")
    network = load_network(card, models, 1, delegate)
    return bool(network.run(np.zeros(card.input.shape[1:], np.uint8)))


def test_a_delegate_is_used(
    models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert _runs(models, _library(tmp_path))
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"missing": 1}, "no such hardware"),
        ({"status": 1}, "delegate"),
        (None, "cannot open shared object file"),
    ],
    ids=["no hardware", "does not take the model", "no library"],
)
def test_without_it_the_processor_does_and_it_is_said_once(
    fault: dict[str, int] | None,
    why: str,
    models: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    missing = tmp_path / "missing.so"
    delegate = missing if fault is None else _library(tmp_path, **fault)
    assert _runs(models, delegate)
    assert _runs(models, delegate)
    (said,) = caplog.messages
    assert said.startswith(f"{delegate} cannot be used (")
    assert why in said
    assert said.endswith("; the processor runs the models instead")
