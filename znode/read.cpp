#include "znode/read.h"

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "znode/reading.h"
#include "znode/tree_walk.h"

namespace paddock::znode {
namespace {

using client::OpCode;

const Identities kNobody;

ErrorCode exists(Reading& reading, const client::PathWatchRequest& request) {
  if (request.path.is_null()) return ErrorCode::marshalling_error;
  if (request.path.view().find('\0') != std::string_view::npos) return ErrorCode::bad_arguments;
  NodeIndex node = kNoNode;
  const ErrorCode err = reading.find(request.path, client::kPermRead, node);
  if (err != ErrorCode::ok && err != ErrorCode::no_node) return err;
  if (request.watch) {
    reading.watches.add(WatchTable::data, WatchMode::standard, request.path.view(),
                        reading.request.connection);
  }
  if (err == ErrorCode::ok) jute::encode(reading.body, reading.state.tree().stat(node));
  return err;
}

ErrorCode read_children2(Reading& reading, const client::PathWatchRequest& request) {
  if (const ErrorCode err = read_children(reading, request); err != ErrorCode::ok) return err;
  const Tree& tree = reading.state.tree();
  jute::encode(reading.body, tree.stat(tree.find(request.path.view())));
  return ErrorCode::ok;
}

ErrorCode read_acl(Reading& reading, const client::PathRecord& request) {
  NodeIndex node = kNoNode;
  const ErrorCode err = reading.find(request.path, client::kPermRead | client::kPermAdmin, node);
  if (err != ErrorCode::ok) return err;
  const Tree& tree = reading.state.tree();
  const AclView& acl = reading.state.acls().list(tree.acl(node));
  if (allows(acl, client::kPermAdmin, reading.who, reading.state.options())) {
    jute::encode(reading.body, acl);
  } else {
    AclView masked = acl;
    std::vector<std::string> storage;
    mask_digests(masked, storage);
    jute::encode(reading.body, masked);
  }
  jute::encode(reading.body, tree.stat(node));
  return ErrorCode::ok;
}

ErrorCode count_descendants(Reading& reading, const client::PathRecord& request) {
  NodeIndex node = kNoNode;
  const ErrorCode err = reading.find(request.path, client::kPermRead, node);
  if (err != ErrorCode::ok) return err;
  const Tree& tree = reading.state.tree();
  int32_t total = -1;  // all below it, not the node itself
  if (node == kRoot) {
    total += static_cast<int32_t>(tree.node_count());
  } else {
    for_each_below(tree, node, [&](NodeIndex) { ++total; });
  }
  if (request.path.view().empty())
    ++total;  // ZooKeeper knows the root as "/" too, and that begins with "" + "/"
  reading.body.write_int(total);
  return ErrorCode::ok;
}

// As Java's trim(), which takes every control character for a blank.
std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

ErrorCode list_ephemerals(Reading& reading, const client::GetEphemeralsRequest& request) {
  const Tree& tree = reading.state.tree();
  const std::string_view asked = trimmed(request.prefix.view());
  const std::string_view prefix = asked.empty() || asked == "/" ? "" : request.prefix.view();
  std::vector<std::string> paths;
  for (const NodeIndex node : tree.ephemerals_of(reading.request.session.value)) {
    std::string path = tree.path(node);
    if (path.starts_with(prefix)) paths.push_back(std::move(path));
  }
  reading.body.write_int(static_cast<int32_t>(paths.size()));
  for (const std::string& path : paths) reading.body.write_buffer(path);
  return ErrorCode::ok;
}

ErrorCode who_am_i(Reading& reading) {
  reading.body.write_int(static_cast<int32_t>(reading.who.size()));
  for (const Identity& identity : reading.who) {
    reading.body.write_buffer(identity.scheme);
    reading.body.write_buffer(display_user(identity));
  }
  return ErrorCode::ok;
}

template <class Record>
ErrorCode decode_and(Reading& reading, ErrorCode (*answer)(Reading&, const Record&)) {
  const auto record = jute::decoded<Record>(reading.request.body);
  return record ? answer(reading, *record) : ErrorCode::marshalling_error;
}

}  // namespace

ErrorCode Reading::find(const jute::Text& path, int32_t perms, NodeIndex& node) const {
  if (path.is_null()) return ErrorCode::marshalling_error;
  node = state.tree().find(path.view());
  if (node == kNoNode) return ErrorCode::no_node;
  const AclView& acl = state.acls().list(state.tree().acl(node));
  return allows(acl, perms, who, state.options()) ? ErrorCode::ok : ErrorCode::no_auth;
}

ErrorCode read_data(Reading& reading, const client::PathWatchRequest& request) {
  NodeIndex node = kNoNode;
  const ErrorCode err = reading.find(request.path, client::kPermRead, node);
  if (err != ErrorCode::ok) return err;
  if (request.watch) {
    reading.watches.add(WatchTable::data, WatchMode::standard, request.path.view(),
                        reading.request.connection);
  }
  reading.body.write_buffer(reading.state.tree().data(node));
  jute::encode(reading.body, reading.state.tree().stat(node));
  return ErrorCode::ok;
}

ErrorCode read_children(Reading& reading, const client::PathWatchRequest& request) {
  NodeIndex node = kNoNode;
  const ErrorCode err = reading.find(request.path, client::kPermRead, node);
  if (err != ErrorCode::ok) return err;
  if (request.watch) {
    reading.watches.add(WatchTable::child, WatchMode::standard, request.path.view(),
                        reading.request.connection);
  }
  ChildLists none;
  ChildLists& lists = reading.request.lists != nullptr ? *reading.request.lists : none;
  lists.append(reading.state.tree(), node, reading.body);
  return ErrorCode::ok;
}

ErrorCode read(const State& state, Watches& watches, const ReadRequest& request, jute::Writer& body,
               WatchSink& sink) {
  const Identities& who = request.identities != nullptr ? *request.identities : kNobody;
  Reading reading{state, watches, request, who, body};
  switch (request.type) {
    case OpCode::exists:
      return decode_and(reading, exists);
    case OpCode::get_data:
      return decode_and(reading, read_data);
    case OpCode::get_children:
      return decode_and(reading, read_children);
    case OpCode::get_children2:
      return decode_and(reading, read_children2);
    case OpCode::get_acl:
      return decode_and(reading, read_acl);
    case OpCode::get_all_children_number:
      return decode_and(reading, count_descendants);
    case OpCode::get_ephemerals:
      return decode_and(reading, list_ephemerals);
    case OpCode::who_am_i:
      return who_am_i(reading);
    case OpCode::multi_read:
      return read_multi(reading);
    case OpCode::check_watches:
      return check_watches(reading);
    case OpCode::remove_watches:
      return remove_watches(reading);
    case OpCode::add_watch:
      return add_watch(reading);
    case OpCode::set_watches:
    case OpCode::set_watches2:
      return set_watches(reading, sink);
    default:
      break;
  }
  PADDOCK_CHECK(false, "{} is no read", client::name_of(request.type));
  return ErrorCode::unimplemented;
}

}  // namespace paddock::znode
