// The instruction sets that Highway compiles kernels for. Before <hwy/foreach_target.h>.
#ifndef mir_reconstruct_InstructionSets_h
#define mir_reconstruct_InstructionSets_h

// Kept are a portable one, SSE4, AVX2 and AVX-512 (and NEON): what lies between gains nothing here.
// Vectors of unknown size cannot be held in arrays.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_RVV)

#endif
