"""How every net of this room is run: onnxruntime on the processor, quiet, and leaving idle cores to others."""

import onnxruntime  # type: ignore[import-untyped]  # it ships no type information

ERRORS_ONLY = 3


def session(graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = ERRORS_ONLY
    options.add_session_config_entry("session.disable_quant_qdq", "1")  # folds 8-bit weights while loading
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
