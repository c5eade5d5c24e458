// Slab<T>: many small values in chunks of fixed size, each named by a 32-bit number. A number is half a
// pointer; a chunk never moves, so growing stalls nobody and references stay valid until the cell is freed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "protocol/base/check.h"

namespace paddock::znode {

template <class T>
class Slab {
  static_assert(std::is_trivially_destructible_v<T>, "cells are reused without being destroyed");

 public:
  static constexpr uint32_t kCellsPerChunk = 1024;

  T& operator[](uint32_t index) { return (*chunks_[index / kCellsPerChunk])[index % kCellsPerChunk]; }
  const T& operator[](uint32_t index) const {
    return (*chunks_[index / kCellsPerChunk])[index % kCellsPerChunk];
  }

  // A cell that holds T{}.
  uint32_t allocate() {
    if (!free_.empty()) {
      const uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    if (used_ % kCellsPerChunk == 0) {
      PADDOCK_CHECK(used_ < UINT32_MAX - kCellsPerChunk, "slab of {} cells is full", used_);
      chunks_.push_back(std::make_unique<Chunk>());
    }
    return used_++;
  }

  void release(uint32_t index) {
    (*this)[index] = T{};
    free_.push_back(index);
  }

  // One behind the largest number ever given out; the cells below it are live or hold T{}.
  uint32_t end() const { return used_; }

 private:
  using Chunk = std::array<T, kCellsPerChunk>;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<uint32_t> free_;
  uint32_t used_ = 0;
};

}  // namespace paddock::znode
