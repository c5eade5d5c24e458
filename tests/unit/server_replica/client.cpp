#include "client.h"

#include <catch2/catch.hpp>
#include <utility>

#include "protocol/client/password.h"
#include "protocol/jute/endian.h"

namespace paddock::replica::testing {
namespace {

std::string event_text(const client::WatcherEvent& event) {
  static const std::map<int32_t, std::string> names = {
      {1, "created "}, {2, "deleted "}, {3, "changed "}, {4, "children "}};
  return names.at(event.type) + event.path.str();
}

const client::Vector<client::Acl>& open_acl() {
  static const client::Vector<client::Acl> acl{client::Acl{client::kPermAll, {"world", "anyone"}}};
  return acl;
}

}  // namespace

struct Peer {
  int32_t last_xid = 0;
  Heard heard;
  std::vector<Reply> replies;
  std::optional<client::ConnectResponse> response;
  std::string password;
  bool closed = false;

  void take(std::string_view bytes) {
    while (!bytes.empty()) {
      REQUIRE(bytes.size() >= 4);
      const auto size = static_cast<size_t>(jute::load_int(bytes.data()));
      REQUIRE(bytes.size() >= 4 + size);
      frame(bytes.substr(4, size));
      bytes.remove_prefix(4 + size);
    }
  }
  void frame(std::string_view bytes) {
    if (!response) return take_response(bytes);
    jute::Reader reader(bytes);
    Reply reply;
    REQUIRE(jute::decode(reader, reply.header));
    reply.body = std::string(reader.rest());
    if (reply.header.xid == client::kXidNotification) {
      heard.push_back(event_text(*jute::decoded<client::WatcherEvent>(reply.body)));
    } else {
      const std::string err = reply.header.err == 0 ? "ok" : std::to_string(reply.header.err);
      heard.push_back(std::to_string(reply.header.xid) + " " + err);
    }
    replies.push_back(std::move(reply));
  }
  void take_response(std::string_view bytes) {
    response = jute::decoded<client::ConnectResponse>(bytes);
    REQUIRE(response.has_value());
    password = response->password.str();
    heard.push_back(response->timeout_ms > 0 ? "session" : "refused");
  }
};

// --- Client

Peer& Client::peer() const {
  return *host_->peers_.at(connection_);
}

bool Client::raw(std::string_view frame) {
  const bool accepted = host_->replica().client_frame(connection_, frame, host_->now());
  host_->step();
  return accepted;
}

bool Client::ask_session(client::ConnectRequest request) {
  return raw(jute::encoded(request));
}

client::ConnectResponse Client::response() const {
  client::ConnectResponse response = peer().response.value();
  response.password = peer().password;
  return response;
}

SessionId Client::session() const {
  return SessionId{response().session_id};
}

bool Client::send(OpCode type, const std::string& record, std::optional<int32_t> xid) {
  if (!xid) xid = ++peer().last_xid;
  return raw(header_only(*xid, static_cast<int32_t>(type)) + record);
}

bool Client::create(std::string_view path, int32_t flags, std::string_view data) {
  return send(OpCode::create, jute::encoded(client::CreateRequest{path, data, open_acl(), flags}));
}
bool Client::create_with_acl(std::string_view path, const client::Vector<client::Acl>& acl) {
  return send(OpCode::create, jute::encoded(client::CreateRequest{path, "", acl, 0}));
}
bool Client::set(std::string_view path, std::string_view data) {
  return send(OpCode::set_data, jute::encoded(client::SetDataRequest{path, data, -1}));
}
bool Client::remove(std::string_view path) {
  return send(OpCode::remove, jute::encoded(client::DeleteRequest{path, -1}));
}
bool Client::get(std::string_view path, bool watch) {
  return send(OpCode::get_data, jute::encoded(client::PathWatchRequest{path, watch}));
}
bool Client::exists(std::string_view path, bool watch) {
  return send(OpCode::exists, jute::encoded(client::PathWatchRequest{path, watch}));
}
bool Client::children(std::string_view path, bool watch) {
  return send(OpCode::get_children, jute::encoded(client::PathWatchRequest{path, watch}));
}
bool Client::sync(std::string_view path) {
  return send(OpCode::sync, jute::encoded(client::PathRecord{path}));
}
bool Client::ping() {
  return send(OpCode::ping, "", client::kXidPing);
}
bool Client::close_session() {
  return send(OpCode::close_session, "");
}
bool Client::auth(std::string_view scheme, std::string_view credential) {
  return send(OpCode::auth, jute::encoded(client::AuthPacket{0, scheme, credential}), client::kXidAuth);
}
void Client::disconnect() {
  host_->replica().client_disconnected(connection_, host_->now());
  host_->step();
}

Heard Client::heard() {
  return std::exchange(peer().heard, {});
}
const std::vector<Reply>& Client::replies() const {
  return peer().replies;
}

// --- ClientHost

ClientHost::ClientHost() = default;
ClientHost::~ClientHost() = default;

Client ClientHost::connection(std::string_view address) {
  const ConnectionId id{++last_connection_};
  peers_[id] = std::make_unique<Peer>();
  replica().client_connected(id, address, now());
  return Client(*this, id);
}

void ClientHost::hear(const std::vector<ClientOutput>& outputs) {
  for (const ClientOutput& output : outputs) {
    Peer& peer = *peers_.at(output.connection);
    REQUIRE_FALSE(peer.closed);
    peer.take(output.bytes);
    if (!output.close) continue;
    peer.closed = true;
    peer.heard.push_back("closed");
  }
}

void ClientHost::forget_clients() {
  peers_.clear();
}

client::ConnectRequest new_session(int32_t timeout_ms) {
  client::ConnectRequest request;
  request.timeout_ms = timeout_ms;
  request.read_only = false;
  return request;
}

client::ConnectRequest again(const Client& client) {
  static client::SessionPassword password;  // the request's view must outlive this call
  password = client::session_password(client.session());
  client::ConnectRequest request = new_session();
  request.session_id = client.session().value;
  request.password = std::string_view(password.data(), password.size());
  return request;
}

std::string header_only(int32_t xid, int32_t type) {
  return jute::encoded(client::RequestHeader{xid, type});
}

}  // namespace paddock::replica::testing
