"""Settings of OpenBLAS for programs that use LibTorch."""
import os


def environment():
    """This process's environment, with kernels that suit the processor: OpenBLAS takes slow ones for
    processors newer than itself."""
    result = dict(os.environ)
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        if "avx512f" in file.read():
            result.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    return result
