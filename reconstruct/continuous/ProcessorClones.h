// One function for several instruction sets, chosen when the library is loaded. No operation is
// contracted or reordered, so that all give the same bits.
#ifndef mir_reconstruct_continuous_ProcessorClones_h
#define mir_reconstruct_continuous_ProcessorClones_h

#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) &&         \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MIR_FOR_ALL_PROCESSORS                                                                     \
  __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define MIR_FOR_ALL_PROCESSORS
#endif

// MIR_IN_EVERY_CLONE: what becomes part of each clone that calls it; GCC leaves plain inline
// functions out of those for another architecture, and with them the loop that calls them scalar.
// MIR_INDEPENDENT: of a loop whose arrays do not overlap.
#if defined(__GNUC__) && !defined(__clang__)
#define MIR_IN_EVERY_CLONE __attribute__((always_inline)) inline
#define MIR_INDEPENDENT _Pragma("GCC ivdep")
#else
#define MIR_IN_EVERY_CLONE inline
#define MIR_INDEPENDENT
#endif

#endif
