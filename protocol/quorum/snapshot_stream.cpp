#include "protocol/quorum/snapshot_stream.h"

#include <algorithm>
#include <cstring>

#include "protocol/jute/codec.h"

namespace paddock::quorum {
namespace {

constexpr uint64_t kSessionBytes = 12;
constexpr uint64_t kAclIdBytes = 8;
constexpr uint64_t kPermissionBytes = 4;
constexpr int64_t kLeastAclItem = 12;  // permissions and the lengths of two texts
constexpr uint64_t kStatBytes = 60;
static_assert(jute::min_encoded_size<SessionTimeout>() == kSessionBytes);
static_assert(jute::min_encoded_size<client::Acl>() == kLeastAclItem);
static_assert(jute::min_encoded_size<client::StatPersisted>() == kStatBytes);

}  // namespace

size_t SnapshotScanner::size_of(Field field) {
  switch (field) {
    case Field::session:
    case Field::acl_end:
    case Field::stat:
    case Field::none:
      return 0;  // only where it ends matters
    case Field::path_byte:
      return 1;
    case Field::signature:
      return kSnapshotSignature.size();
    default:
      return 4;
  }
}

uint64_t SnapshotScanner::skipped_before(Field field) {
  switch (field) {
    case Field::session:
      return kSessionBytes;
    case Field::acl_items:
      return kAclIdBytes;
    case Field::scheme_length:
      return kPermissionBytes;
    case Field::stat:
      return sizeof(int64_t) + kStatBytes;  // the ACL's id
    default:
      return 0;
  }
}

Result<size_t> SnapshotScanner::pass(std::string_view piece) {
  size_t passed = 0;
  while (passed < piece.size() && !ended()) {
    const Result<size_t> element = pass_element(piece.substr(passed));
    if (!element.ok()) return element;
    passed += *element;
  }
  return passed;
}

Result<size_t> SnapshotScanner::pass_element(std::string_view piece) {
  size_t at = 0;
  element_ended_ = false;
  while (!element_ended_ && !ended()) {
    const size_t skipped = std::min<uint64_t>(skip_, piece.size() - at);
    skip_ -= skipped, at += skipped, offset_ += skipped;
    if (skip_ > 0) break;
    const size_t size = size_of(next_);
    const char* bytes = piece.data() + at;
    const size_t taken = std::min(size - gathered_, piece.size() - at);
    if (taken < size) {
      std::copy_n(bytes, taken, scratch_.data() + gathered_);
      bytes = scratch_.data();
    }
    gathered_ += taken, at += taken, offset_ += taken;
    if (gathered_ < size) break;
    gathered_ = 0;
    if (Status took = take(bytes); !took.ok()) return took.fault();
  }
  return at;
}

void SnapshotScanner::expect(Field field) {
  next_ = field;
  skip_ += skipped_before(field);
}

void SnapshotScanner::finish(Element element, Field next) {
  element_ = element;
  element_ended_ = true;
  expect(next);
}

Status SnapshotScanner::take(const char* bytes) {
  switch (next_) {
    case Field::session_count:
      elements_left_ = jute::load_int(bytes);  // below zero is none, as in Java
      finish(Element::session_count, elements_left_ > 0 ? Field::session : Field::acl_count);
      return ok_status();
    case Field::session:
      finish(Element::session, --elements_left_ > 0 ? Field::session : Field::acl_count);
      return ok_status();
    case Field::acl_count:
      elements_left_ = jute::load_int(bytes);
      finish(Element::acl_count, elements_left_ > 0 ? Field::acl_items : Field::path_length);
      return ok_status();
    case Field::acl_items:
    case Field::scheme_length:
    case Field::id_length:
    case Field::acl_end:
      return take_acl(bytes);
    case Field::path_length:
    case Field::path_byte:
    case Field::data_length:
    case Field::stat:
      return take_node(bytes);
    case Field::signature_length:
    case Field::signature:
      return take_signature(bytes);
    case Field::none:
      break;
  }
  PADDOCK_CHECK(false, "a snapshot stream was read on behind its end at {}", offset_);
  return ok_status();
}

void SnapshotScanner::expect_acl_item() {
  expect(acl_items_left_ > 0 ? Field::scheme_length : Field::acl_end);
  --acl_items_left_;
}

Status SnapshotScanner::take_acl(const char* bytes) {
  if (next_ == Field::acl_end) {
    finish(Element::acl, --elements_left_ > 0 ? Field::acl_items : Field::path_length);
    return ok_status();
  }
  const int32_t count = jute::load_int(bytes);
  if (next_ == Field::acl_items) {
    acl_items_left_ = std::max(count, 0);  // below zero is none, as in Java
    acl_bytes_left_ = max_buffer_ - acl_items_left_ * kLeastAclItem;
  } else {
    if (Status took = take_buffer(count, "a text in an ACL"); !took.ok()) return took;
    acl_bytes_left_ -= static_cast<int64_t>(skip_);
  }
  if (acl_bytes_left_ < 0) return fault(fmt::format("an ACL list of more than {} bytes", max_buffer_));
  if (next_ == Field::scheme_length) {
    expect(Field::id_length);
  } else {
    expect_acl_item();
  }
  return ok_status();
}

Status SnapshotScanner::take_node(const char* bytes) {
  switch (next_) {
    case Field::path_length: {
      const int32_t length = jute::load_int(bytes);
      if (length == -1) return fault("a node without a path");
      if (length == 1) {
        expect(Field::path_byte);
        return ok_status();
      }
      if (Status took = take_buffer(length, "a path"); !took.ok()) return took;
      expect(Field::data_length);
      return ok_status();
    }
    case Field::path_byte:
      if (*bytes != kSnapshotEnd[0]) return fault("a path of one byte that is not /");
      finish(Element::end_of_nodes,
             closing_ == SnapshotClosing::signature ? Field::signature_length : Field::none);
      return ok_status();
    case Field::data_length:
      if (Status took = take_buffer(jute::load_int(bytes), "data"); !took.ok()) return took;
      expect(Field::stat);
      return ok_status();
    default:
      finish(Element::node, Field::path_length);
      return ok_status();
  }
}

Status SnapshotScanner::take_signature(const char* bytes) {
  if (next_ == Field::signature_length) {
    if (jute::load_int(bytes) != static_cast<int32_t>(kSnapshotSignature.size())) {
      return fault("its signature has not the length of BenWasHere");
    }
    expect(Field::signature);
    return ok_status();
  }
  if (std::string_view(bytes, kSnapshotSignature.size()) != kSnapshotSignature) {
    return fault("its signature is not BenWasHere");
  }
  finish(Element::signature, Field::none);
  return ok_status();
}

// Skips a buffer whose length has just been read.
Status SnapshotScanner::take_buffer(int32_t length, const char* what) {
  if (length < -1 || length > max_buffer_) {
    return fault(fmt::format("{} of {} bytes, the limit is {}", what, length, max_buffer_));
  }
  skip_ = static_cast<uint64_t>(std::max(length, 0));
  return ok_status();
}

Fault SnapshotScanner::fault(std::string_view what) const {
  return make_fault("a snapshot stream is malformed before offset {}: {}", offset_, what);
}

Result<size_t> SnapshotParser::feed(std::string_view piece) {
  size_t fed = 0;
  while (fed < piece.size() && !scanner_.ended()) {
    const Result<size_t> passed = scanner_.pass_element(piece.substr(fed));
    if (!passed.ok()) return passed;
    const std::string_view part = piece.substr(fed, *passed);
    fed += *passed;
    if (scanner_.element_ended() && begun_.empty()) {
      if (Status delivered = deliver(part); !delivered.ok()) return delivered.fault();
      continue;
    }
    begun_.append(part);
    if (!scanner_.element_ended()) break;
    if (Status delivered = deliver(begun_); !delivered.ok()) return delivered.fault();
    begun_.clear();
  }
  return fed;
}

Status SnapshotParser::deliver(std::string_view element) {
  const auto hand_over = [&]<class Record>(Record record, Status (SnapshotVisitor::*visit)(const Record&)) {
    jute::Reader reader(element);
    PADDOCK_CHECK(jute::decode(reader, record) && reader.at_end(),
                  "an element of {} bytes before offset {} of a snapshot stream was scanned but not read",
                  element.size(), scanner_.offset());
    return (visitor_.*visit)(record);
  };
  switch (scanner_.element()) {
    case SnapshotScanner::Element::session:
      return hand_over(SessionTimeout(), &SnapshotVisitor::session);
    case SnapshotScanner::Element::acl:
      return hand_over(SnapshotAcl(), &SnapshotVisitor::acl);
    case SnapshotScanner::Element::node:
      return hand_over(SnapshotNode(), &SnapshotVisitor::node);
    default:
      return ok_status();
  }
}

void SnapshotWriter::leave(Part part, Part next) {
  PADDOCK_CHECK(part_ == part && left_ == 0,
                "part {} of a snapshot stream ends in part {}, {} elements short", static_cast<int>(part),
                static_cast<int>(part_), left_);
  part_ = next;
}

void SnapshotWriter::count(Part table, size_t elements) {
  leave(static_cast<Part>(static_cast<int>(table) - 1), table);
  PADDOCK_CHECK(elements <= INT32_MAX, "a table of {} elements in a snapshot stream", elements);
  left_ = elements;
  jute::Writer(out_).write_int(static_cast<int32_t>(elements));
}

void SnapshotWriter::count_down(Part table) {
  PADDOCK_CHECK(part_ == table && left_ > 0, "an element of part {} in part {}, {} to come",
                static_cast<int>(table), static_cast<int>(part_), left_);
  --left_;
}

void SnapshotWriter::session_count(size_t count) {
  this->count(Part::sessions, count);
}

void SnapshotWriter::session(const SessionTimeout& session) {
  count_down(Part::sessions);
  jute::Writer writer(out_);
  jute::encode(writer, session);
}

void SnapshotWriter::acl_count(size_t count) {
  this->count(Part::acls, count);
}

void SnapshotWriter::acl(const SnapshotAcl& acl) {
  count_down(Part::acls);
  jute::Writer writer(out_);
  jute::encode(writer, acl);
}

void SnapshotWriter::node(const SnapshotNode& node) {
  leave(part_ == Part::nodes ? Part::nodes : Part::acls, Part::nodes);
  jute::Writer writer(out_);
  jute::encode(writer, node);
}

void SnapshotWriter::end_of_nodes() {
  leave(part_ == Part::nodes ? Part::nodes : Part::acls, Part::signature);
  jute::Writer(out_).write_buffer(kSnapshotEnd);
}

void SnapshotWriter::signature() {
  leave(Part::signature, Part::done);
  jute::Writer(out_).write_buffer(kSnapshotSignature);
}

}  // namespace paddock::quorum
