// Every record that a client and a server say to each other, in wire order (spec/client-protocol.md sections
// 3, 4, 6). Plain values; Text and Buffer are views, so a decoded record lives no longer than its frame.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/jute/types.h"

namespace paddock::client {

using jute::Buffer;
using jute::Text;
using jute::Vector;

// Special xids (section 4).
inline constexpr int32_t kXidNotification = -1;
inline constexpr int32_t kXidPing = -2;
inline constexpr int32_t kXidAuth = -4;
inline constexpr int32_t kXidSetWatches = -8;

// ACL permission bits (section 12.4).
inline constexpr int32_t kPermRead = 1;
inline constexpr int32_t kPermWrite = 2;
inline constexpr int32_t kPermCreate = 4;
inline constexpr int32_t kPermDelete = 8;
inline constexpr int32_t kPermAdmin = 16;
inline constexpr int32_t kPermAll = 31;

// Create flags (section 6).
enum class CreateMode : int32_t {
  persistent = 0,
  ephemeral = 1,
  persistent_sequential = 2,
  ephemeral_sequential = 3,
  container = 4,
  persistent_ttl = 5,
  persistent_sequential_ttl = 6,
};

enum class EventType : int32_t { none = -1, created = 1, deleted = 2, data_changed = 3, children_changed = 4 };
inline constexpr int32_t kStateSyncConnected = 3;

enum class AddWatchMode : int32_t { persistent = 0, persistent_recursive = 1 };
enum class WatcherType : int32_t { children = 1, data = 2, any = 3, persistent = 4, persistent_recursive = 5 };

struct ConnectRequest {
  int32_t protocol_version = 0;
  int64_t last_zxid_seen = 0;
  int32_t timeout_ms = 0;
  int64_t session_id = 0;
  Buffer password;
  std::optional<bool> read_only;  // absent from clients up to 3.3; then the response omits it too
  friend bool operator==(const ConnectRequest&, const ConnectRequest&) = default;
};

struct ConnectResponse {
  int32_t protocol_version = 0;
  int32_t timeout_ms = 0;  // 0: refused
  int64_t session_id = 0;
  Buffer password;
  std::optional<bool> read_only;
  friend bool operator==(const ConnectResponse&, const ConnectResponse&) = default;
};

struct RequestHeader {
  int32_t xid = 0;
  int32_t type = 0;
  friend bool operator==(const RequestHeader&, const RequestHeader&) = default;
};

struct ReplyHeader {
  int32_t xid = 0;
  int64_t zxid = 0;
  int32_t err = 0;
  friend bool operator==(const ReplyHeader&, const ReplyHeader&) = default;
};

struct Id {
  Text scheme;
  Text id;
  friend bool operator==(const Id&, const Id&) = default;
};

struct Acl {
  int32_t perms = 0;
  Id id;
  friend bool operator==(const Acl&, const Acl&) = default;
};

struct Stat {
  int64_t czxid = 0;
  int64_t mzxid = 0;
  int64_t ctime = 0;
  int64_t mtime = 0;
  int32_t version = 0;
  int32_t cversion = 0;
  int32_t aversion = 0;
  int64_t ephemeral_owner = 0;
  int32_t data_length = 0;
  int32_t num_children = 0;
  int64_t pzxid = 0;
  friend bool operator==(const Stat&, const Stat&) = default;
};

// As Stat, without what follows from the tree: on disk and in the snapshot stream.
struct StatPersisted {
  int64_t czxid = 0;
  int64_t mzxid = 0;
  int64_t ctime = 0;
  int64_t mtime = 0;
  int32_t version = 0;
  int32_t cversion = 0;  // counts creations of children only
  int32_t aversion = 0;
  int64_t ephemeral_owner = 0;
  int64_t pzxid = 0;
  friend bool operator==(const StatPersisted&, const StatPersisted&) = default;
};

// create, create2, createContainer
struct CreateRequest {
  Text path;
  Buffer data;
  Vector<Acl> acl;
  int32_t flags = 0;
  friend bool operator==(const CreateRequest&, const CreateRequest&) = default;
};

struct CreateTtlRequest {
  Text path;
  Buffer data;
  Vector<Acl> acl;
  int32_t flags = 0;
  int64_t ttl_ms = 0;
  friend bool operator==(const CreateTtlRequest&, const CreateTtlRequest&) = default;
};

struct CreateResponse {
  Text path;
  friend bool operator==(const CreateResponse&, const CreateResponse&) = default;
};

struct Create2Response {
  Text path;
  Stat stat;
  friend bool operator==(const Create2Response&, const Create2Response&) = default;
};

struct DeleteRequest {
  Text path;
  int32_t version = 0;  // -1: any
  friend bool operator==(const DeleteRequest&, const DeleteRequest&) = default;
};

// exists, getData, getChildren, getChildren2
struct PathWatchRequest {
  Text path;
  bool watch = false;
  friend bool operator==(const PathWatchRequest&, const PathWatchRequest&) = default;
};

// exists, setData, setACL
struct StatResponse {
  Stat stat;
  friend bool operator==(const StatResponse&, const StatResponse&) = default;
};

// getData, reconfig
struct GetDataResponse {
  Buffer data;
  Stat stat;
  friend bool operator==(const GetDataResponse&, const GetDataResponse&) = default;
};

struct SetDataRequest {
  Text path;
  Buffer data;
  int32_t version = 0;
  friend bool operator==(const SetDataRequest&, const SetDataRequest&) = default;
};

struct GetChildrenResponse {
  Vector<Text> children;
  friend bool operator==(const GetChildrenResponse&, const GetChildrenResponse&) = default;
};

struct GetChildren2Response {
  Vector<Text> children;
  Stat stat;
  friend bool operator==(const GetChildren2Response&, const GetChildren2Response&) = default;
};

// getACL, getAllChildrenNumber, sync, and the answer to sync
struct PathRecord {
  Text path;
  friend bool operator==(const PathRecord&, const PathRecord&) = default;
};

struct GetAllChildrenNumberResponse {
  int32_t total = 0;
  friend bool operator==(const GetAllChildrenNumberResponse&, const GetAllChildrenNumberResponse&) = default;
};

struct GetAclResponse {
  Vector<Acl> acl;
  Stat stat;
  friend bool operator==(const GetAclResponse&, const GetAclResponse&) = default;
};

struct SetAclRequest {
  Text path;
  Vector<Acl> acl;
  int32_t version = 0;  // compared with aversion
  friend bool operator==(const SetAclRequest&, const SetAclRequest&) = default;
};

// check, only inside multi
struct CheckVersionRequest {
  Text path;
  int32_t version = 0;
  friend bool operator==(const CheckVersionRequest&, const CheckVersionRequest&) = default;
};

// checkWatches, removeWatches (type: WatcherType), addWatch (type: AddWatchMode)
struct PathTypeRequest {
  Text path;
  int32_t type = 0;
  friend bool operator==(const PathTypeRequest&, const PathTypeRequest&) = default;
};

struct SetWatchesRequest {
  int64_t relative_zxid = 0;
  Vector<Text> data;
  Vector<Text> exist;
  Vector<Text> child;
  friend bool operator==(const SetWatchesRequest&, const SetWatchesRequest&) = default;
};

struct SetWatches2Request {
  int64_t relative_zxid = 0;
  Vector<Text> data;
  Vector<Text> exist;
  Vector<Text> child;
  Vector<Text> persistent;
  Vector<Text> recursive;
  friend bool operator==(const SetWatches2Request&, const SetWatches2Request&) = default;
};

struct WatcherEvent {
  int32_t type = 0;   // EventType
  int32_t state = 0;  // always kStateSyncConnected from a server
  Text path;
  friend bool operator==(const WatcherEvent&, const WatcherEvent&) = default;
};

struct AuthPacket {
  int32_t type = 0;  // ignored
  Text scheme;
  Buffer auth;
  friend bool operator==(const AuthPacket&, const AuthPacket&) = default;
};

// sasl, both ways
struct SaslToken {
  Buffer token;
  friend bool operator==(const SaslToken&, const SaslToken&) = default;
};

struct MultiHeader {
  int32_t type = 0;
  bool done = false;
  int32_t err = 0;
  friend bool operator==(const MultiHeader&, const MultiHeader&) = default;
};

// Also the body of a successful addWatch.
struct ErrorResponse {
  int32_t err = 0;
  friend bool operator==(const ErrorResponse&, const ErrorResponse&) = default;
};

struct GetEphemeralsRequest {
  Text prefix;  // may be null
  friend bool operator==(const GetEphemeralsRequest&, const GetEphemeralsRequest&) = default;
};

struct GetEphemeralsResponse {
  Vector<Text> paths;
  friend bool operator==(const GetEphemeralsResponse&, const GetEphemeralsResponse&) = default;
};

struct ReconfigRequest {
  Text joining;
  Text leaving;
  Text new_members;
  int64_t config_id = 0;
  friend bool operator==(const ReconfigRequest&, const ReconfigRequest&) = default;
};

struct ClientInfo {
  Text scheme;
  Text user;
  friend bool operator==(const ClientInfo&, const ClientInfo&) = default;
};

struct WhoAmIResponse {
  Vector<ClientInfo> identities;
  friend bool operator==(const WhoAmIResponse&, const WhoAmIResponse&) = default;
};

// createSession as a learner forwards it
struct CreateSessionRequest {
  int32_t timeout_ms = 0;
  friend bool operator==(const CreateSessionRequest&, const CreateSessionRequest&) = default;
};

}  // namespace paddock::client
