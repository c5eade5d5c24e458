#include "tests/records/allocations.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#if defined(__clang__)
#if __has_feature(thread_sanitizer)
#define PADDOCK_SANITIZER_OWNS_NEW 1
#endif
#endif
#ifndef PADDOCK_SANITIZER_OWNS_NEW
#define PADDOCK_SANITIZER_OWNS_NEW 0
#endif

namespace paddock::tests {
namespace {

thread_local size_t allocation_count = 0;
thread_local size_t largest_allocation = 0;

}  // namespace

void* metered_allocation(size_t size) noexcept {
  ++allocation_count;
  largest_allocation = std::max(largest_allocation, size);
  return std::malloc(std::max<size_t>(size, 1));
}

AllocationMeter::AllocationMeter() {
  allocation_count = largest_allocation = 0;
}
size_t AllocationMeter::count() const {
  return allocation_count;
}
size_t AllocationMeter::largest() const {
  return largest_allocation;
}

bool AllocationMeter::counts() {
  return PADDOCK_SANITIZER_OWNS_NEW == 0;
}

}  // namespace paddock::tests

#if !PADDOCK_SANITIZER_OWNS_NEW

// Every unaligned form is replaced, so that a sanitizer never sees its own `new` paired with our `delete`.
void* operator new(size_t size) {
  void* memory = paddock::tests::metered_allocation(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](size_t size) {
  return operator new(size);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return paddock::tests::metered_allocation(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return paddock::tests::metered_allocation(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

#endif
