import lzma

from edge_anpr.bench.yardstick import FILE, load_yardstick
from edge_anpr.recognition.runtime import make_interpreter
from tests.recognition.delegation import left_to_reference_code


def test_it_is_small_on_disk_and_whole_in_memory() -> None:
    assert FILE.stat().st_size < 20_000
    assert 3_500_000 < len(lzma.decompress(FILE.read_bytes())) < 4_500_000


def test_it_runs_and_names_its_runtime() -> None:
    yardstick = load_yardstick(1)
    yardstick.run()
    package, version = yardstick.runtime.split()
    assert package in {"ai-edge-litert", "tflite-runtime"}
    assert version[0].isdigit()


def test_xnnpack_takes_all_of_it() -> None:
    assert left_to_reference_code(lzma.decompress(FILE.read_bytes())) == []


def test_its_made_up_weights_leave_no_layer_without_a_range() -> None:
    interpreter = make_interpreter(lzma.decompress(FILE.read_bytes()), 1)
    scales = [
        facts["quantization_parameters"]["scales"]
        for facts in interpreter.get_tensor_details()
    ]
    assert all((each > 1e-6).all() for each in scales)
