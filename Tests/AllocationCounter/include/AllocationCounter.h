#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// How often the calling thread has allocated since it began; 0 for ever under a sanitizer, which has an allocator of its
/// own.
long allocations_of_this_thread(void);

#endif
