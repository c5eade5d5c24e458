// What programs do again and again, over Operations. Lost connections are survived where asking twice does no
// harm; where it would, the outcome is connection_loss and the caller has to look.
//
// `limits` bound the whole helper; reaching one gives operation_timeout and leaves done what is done.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/coroutine.h"

namespace paddock::client {

// Creates what is missing of `path`, persistent and empty; in the next session where this one ends.
Async<Outcome<Nothing>> ensure_path(ClientPtr zk, std::string path, Limits limits = {});

// Deletes the node and everything below it; what appears meanwhile too. A missing node is fine.
Async<Outcome<Nothing>> remove_tree(ClientPtr zk, std::string path, Limits limits = {});

// Deletes this node of ours, through lost connections, until it is gone or nobody answers any more.
Async<ErrorCode> remove_surely(ClientPtr zk, std::string path);
// The same, without waiting for it.
void remove_later(ClientPtr zk, const std::string& path);

// Afterwards the node holds `data`, whether it was there or not; missing parents are created.
Async<Outcome<Nothing>> create_or_set(ClientPtr zk, std::string path, std::string data, Limits limits = {});

// Replaces the node's data by what `change` makes of it; nothing from `change` leaves it as it is. Asked
// again while others change the node; connection_loss says that it is unknown whether ours was the last
// change. The value: what the node holds now.
using Change = std::function<std::optional<std::string>(const NodeData&)>;
Async<Outcome<NodeData>> update(ClientPtr zk, std::string path, Change change, Limits limits = {});

// A node that is found again when the reply to its creation is lost, by a name that begins with a GUID.
struct ProtectedNode {
  std::string directory;
  std::string prefix;  // with the GUID: no other node's
  std::string rest;
  std::string data;
  CreateOptions options;
};
// Creates it, with the directory where that is missing. Its owner is the session of this moment: what an
// older session left behind is deleted. Not to be given up half-way, so without limits; session_expired when
// the session ended meanwhile: make a new GUID.
Async<Outcome<Created>> create_protected(ClientPtr zk, ProtectedNode node);

// 32 hexadecimal digits, never the same twice.
std::string make_guid();
// The same with dashes, as Java writes it.
std::string with_dashes(const std::string& guid);

}  // namespace paddock::client
