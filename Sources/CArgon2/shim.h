#ifndef RESETD_CARGON2_SHIM_H
#define RESETD_CARGON2_SHIM_H

#include <argon2.h>
#include <malloc.h>

// glibc would take blocks of argon2's size from the heap of a thread once it has seen one freed (mallopt(3), M_MMAP_THRESHOLD
// is dynamic), and keep them: 19 MiB for every thread that ever hashed. A threshold that is set stays.
static inline int resetd_give_large_blocks_back(void) {
    return mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

#endif
