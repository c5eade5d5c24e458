// CellIndex: finds the cell of a pool by a key that the cell itself holds. Keeps 5 bytes a cell: its number
// and a byte of its hash.
//
//   struct ByPath {                                     // says what a cell's key is
//     using Key = std::string_view;
//     static Key key(const Cell& cell);
//     static size_t hash(Key key);
//   };
//   CellIndex<Slab<Cell>, ByPath> index(pool);
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>

namespace paddock::znode {

template <class Pool, class Traits>
class CellIndex {
 public:
  using Key = typename Traits::Key;
  static constexpr uint32_t kNone = 0xffffffff;

  // `pool` must outlive the index, at its place.
  explicit CellIndex(const Pool& pool) : cells_(0, Hash{&pool}, Equal{&pool}) {}
  CellIndex(const CellIndex&) = delete;
  CellIndex& operator=(const CellIndex&) = delete;

  uint32_t find(Key key) const {
    if (cells_.empty()) return kNone;
    const auto found = cells_.find(Wanted{key});
    return found == cells_.end() ? kNone : *found;
  }
  // Requires: no other cell in the index has its key; the key stays while the cell is in the index.
  void insert(uint32_t cell) { cells_.insert(cell); }
  void erase(uint32_t cell) { cells_.erase(cell); }
  void clear() { cells_.clear(); }
  size_t size() const { return cells_.size(); }

 private:
  // A type of its own, so that a key that is a number is never taken for a cell's.
  struct Wanted {
    Key key;
  };
  struct Hash {
    using is_transparent = void;
    const Pool* pool;
    size_t operator()(const Wanted& wanted) const { return Traits::hash(wanted.key); }
    size_t operator()(uint32_t cell) const { return Traits::hash(Traits::key((*pool)[cell])); }
  };
  struct Equal {
    using is_transparent = void;
    const Pool* pool;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(const Wanted& wanted, uint32_t cell) const {
      return Traits::key((*pool)[cell]) == wanted.key;
    }
    bool operator()(uint32_t cell, const Wanted& wanted) const { return (*this)(wanted, cell); }
  };

  boost::unordered_flat_set<uint32_t, Hash, Equal> cells_;
};

}  // namespace paddock::znode
