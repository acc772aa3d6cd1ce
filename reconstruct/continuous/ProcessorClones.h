// Marks for loops that are worth several instruction sets.
#ifndef mir_reconstruct_continuous_ProcessorClones_h
#define mir_reconstruct_continuous_ProcessorClones_h

// The same code for several instruction sets, chosen when the library is loaded. No operation is
// contracted or reordered, so that all give the same bits.
#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) &&         \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MIR_FOR_ALL_PROCESSORS __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define MIR_FOR_ALL_PROCESSORS
#endif
// Of what such functions call.
#if defined(__GNUC__)
#define MIR_ALWAYS_INLINE [[gnu::always_inline]] inline
#else
#define MIR_ALWAYS_INLINE inline
#endif
// The arrays of one call do not overlap.
#if defined(__GNUC__) && !defined(__clang__)
#define MIR_INDEPENDENT _Pragma("GCC ivdep")
#else
#define MIR_INDEPENDENT
#endif

#endif
