// One source for several instruction sets.
#ifndef mir_plic_AllProcessors_h
#define mir_plic_AllProcessors_h

/// Before a function that is not inline: compiles it for several instruction sets, with all that it
/// calls and that can be inlined; which one runs is chosen when the library is loaded. No operation
/// is contracted or reordered, so that all give the same bits.
#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) &&         \
  !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MIR_FOR_ALL_PROCESSORS                                                                     \
  __attribute__((flatten, target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define MIR_FOR_ALL_PROCESSORS
#endif

#endif
