// Strong ids: the nouns that every room passes around. Each is a value with one representation and no
// implicit conversion, so a session can never be handed over where a connection is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace paddock {

template <class Tag, class Rep>
struct StrongId {
  Rep value{};
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
};

// myid of a server; what peers call sid.
using ServerId = StrongId<struct ServerIdTag, int64_t>;
// A client session, unique over the life of the ensemble. 0 is never valid.
using SessionId = StrongId<struct SessionIdTag, int64_t>;
// Number that a client gives to a request; negative ones are special (spec/client-protocol.md section 4).
using Xid = StrongId<struct XidTag, int32_t>;
// One TCP connection between two servers. Never reused within a process, so a late message is recognised.
using LinkId = StrongId<struct LinkIdTag, uint64_t>;
// One TCP connection of a client to this server. Never reused within a process. 0 is "none".
using ConnectionId = StrongId<struct ConnectionIdTag, uint64_t>;
// Names one piece of disk work; increases by one per piece that the engine emits.
using DiskSeq = StrongId<struct DiskSeqTag, uint64_t>;

// A transaction's place in the total order: epoch in the high 32 bits, counter in the low 32.
// Compared as one signed 64-bit number, as ZooKeeper does (spec/quorum-protocol.md 1.1).
// (e,0) is a position that no transaction has: the start of epoch e.
struct Zxid {
  int64_t value = 0;

  static constexpr Zxid of(uint32_t epoch, uint32_t counter) {
    return Zxid{static_cast<int64_t>((static_cast<uint64_t>(epoch) << 32) | counter)};
  }
  constexpr uint32_t epoch() const { return static_cast<uint32_t>(static_cast<uint64_t>(value) >> 32); }
  constexpr uint32_t counter() const { return static_cast<uint32_t>(value); }
  constexpr Zxid next() const { return Zxid{value + 1}; }
  friend constexpr auto operator<=>(const Zxid&, const Zxid&) = default;
};

}  // namespace paddock

template <class Tag, class Rep>
struct std::hash<paddock::StrongId<Tag, Rep>> {
  size_t operator()(paddock::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};
template <>
struct std::hash<paddock::Zxid> {
  size_t operator()(paddock::Zxid zxid) const noexcept { return std::hash<int64_t>{}(zxid.value); }
};
