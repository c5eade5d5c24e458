// The snapshot stream (spec/quorum-protocol.md 7.2), read from pieces that are cut anywhere, and written.
// Sans-IO; pure. The middle of a snapshot file (spec/disk-formats.md 3.1, elements 4-7) is the same stream
// without its signature.
//
//   stream  = count:int session* count:int acl* node* "/" "BenWasHere"
//   session = id:long timeout:int
//   acl     = id:long (vector of ACL)
//   node    = path:ustring data:buffer acl_id:long stat:60 bytes
//
// Of the tree's shape nothing is checked here (the root first, a parent before its children, ACL ids that the
// table holds): that is for whoever builds the state.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "protocol/quorum/records.h"

namespace paddock::quorum {

// What stands behind the "/" that ends the nodes.
enum class SnapshotClosing { signature, nothing };

// Finds where the elements of a stream and the stream itself end, without looking at what they hold: for the
// network, which must know where packets go on. Keeps 16 bytes, whatever is sent.
//
// Invariants
// 1. A length or count that breaks a limit is refused when its 4 bytes are there. Limits: each path and data
//    `max_buffer` (jute.maxbuffer + extra), each ACL list `max_buffer` as a whole.
// 2. No byte behind the end is ever consumed. After a fault nothing more may be fed.
class SnapshotScanner {
 public:
  enum class Element { session_count, session, acl_count, acl, node, end_of_nodes, signature };

  explicit SnapshotScanner(int32_t max_buffer, SnapshotClosing closing = SnapshotClosing::signature)
      : max_buffer_(max_buffer), closing_(closing) {}

  // Goes on to the end of the stream, or of the piece: how many bytes of it belong to the stream.
  // The fault names the offset in the stream.
  Result<size_t> pass(std::string_view piece);
  // The same, but stops behind each element; then element_ended(), and element() tells which.
  Result<size_t> pass_element(std::string_view piece);

  bool ended() const { return next_ == Field::none; }
  bool element_ended() const { return element_ended_; }
  Element element() const { return element_; }
  // Bytes of the stream consumed so far.
  uint64_t offset() const { return offset_; }

 private:
  // The next bytes that matter; those in between are skipped.
  enum class Field {
    session_count,
    session,
    acl_count,
    acl_items,
    scheme_length,
    id_length,
    acl_end,
    path_length,
    path_byte,
    data_length,
    stat,
    signature_length,
    signature,
    none,
  };

  static size_t size_of(Field field);
  static uint64_t skipped_before(Field field);
  // `bytes` holds what size_of(next_) asked for.
  Status take(const char* bytes);
  Status take_acl(const char* bytes);
  Status take_node(const char* bytes);
  Status take_signature(const char* bytes);
  Status take_buffer(int32_t length, const char* what);
  void expect(Field field);
  void expect_acl_item();
  void finish(Element element, Field next);
  Fault fault(std::string_view what) const;

  int32_t max_buffer_;
  SnapshotClosing closing_;

  uint64_t skip_ = 0;  // bytes to pass over before next_
  Field next_ = Field::session_count;
  size_t gathered_ = 0;  // of next_, in scratch_
  std::array<char, 16> scratch_{};

  int32_t elements_left_ = 0;  // of the table at hand
  int32_t acl_items_left_ = 0;
  int64_t acl_bytes_left_ = 0;  // that the texts of the list at hand may still take
  Element element_ = Element::session_count;
  bool element_ended_ = false;
  uint64_t offset_ = 0;
};

// Takes the elements as they come. Views are valid during the call. A fault ends the reading with it.
class SnapshotVisitor {
 public:
  virtual ~SnapshotVisitor() = default;
  virtual Status session(const SessionTimeout& session) = 0;
  virtual Status acl(const SnapshotAcl& acl) = 0;
  virtual Status node(const SnapshotNode& node) = 0;
};

// Gives the elements of a stream to a visitor. Keeps at most one element, and only as much of it as has come.
class SnapshotParser {
 public:
  // `visitor` must outlive the parser.
  SnapshotParser(SnapshotVisitor& visitor, int32_t max_buffer,
                 SnapshotClosing closing = SnapshotClosing::signature)
      : visitor_(visitor), scanner_(max_buffer, closing) {}

  // As SnapshotScanner::pass.
  Result<size_t> feed(std::string_view piece);
  bool ended() const { return scanner_.ended(); }
  uint64_t offset() const { return scanner_.offset(); }

 private:
  Status deliver(std::string_view element);

  SnapshotVisitor& visitor_;
  SnapshotScanner scanner_;
  std::string begun_;  // an element whose end has not come yet
};

// Appends a stream to `out`, which the caller may empty between any two calls, and which must outlive the
// writer. Requires: the calls in the stream's order, as many elements as were counted, the signature last.
class SnapshotWriter {
 public:
  explicit SnapshotWriter(std::string& out) : out_(out) {}

  void session_count(size_t count);
  void session(const SessionTimeout& session);
  void acl_count(size_t count);
  void acl(const SnapshotAcl& acl);
  void node(const SnapshotNode& node);
  void end_of_nodes();
  void signature();

 private:
  enum class Part { start, sessions, acls, nodes, signature, done };
  void leave(Part part, Part next);
  void count(Part table, size_t elements);
  void count_down(Part table);

  std::string& out_;
  Part part_ = Part::start;
  size_t left_ = 0;
};

}  // namespace paddock::quorum
