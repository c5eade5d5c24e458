#include "server/replica/sasl_login.h"

#include <algorithm>
#include <memory>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {

bool SaslLogin::answer(ClientConnection& connection, Xid xid, std::string_view body) {
  const auto request = jute::decoded<client::SaslToken>(body);
  if (!request || request->token.is_null()) return false;
  const auto& options = core_.options.access.sasl;
  if (!options) {  // without a login ZooKeeper answers success, and no token
    reply(connection, xid, ErrorCode::ok, {});
    return true;
  }
  if (!connection.login) connection.login = begin(*options);
  const auto token = connection.login->step(request->token.view());
  if (!token) {
    fail(connection, xid, *options, token.fault().message);
    return true;
  }
  if (connection.login->is_complete() && !succeed(connection, *options)) {
    fail(connection, xid, *options, "there can be no name for '" + connection.login->user() + "'");
    return true;
  }
  client::SaslToken out;
  if (*token) out.token = **token;
  reply(connection, xid, ErrorCode::ok, out);
  return true;
}

std::unique_ptr<sasl::Exchange> SaslLogin::begin(const SaslOptions& options) {
  if (options.gssapi) return options.gssapi();
  return std::make_unique<sasl::DigestMd5Server>(sasl::DigestNames{"zookeeper", "zk-sasl-md5"},
                                                 options.passwords,
                                                 sasl::make_nonce(options.nonce_secret, ++exchanges_));
}

bool SaslLogin::succeed(ClientConnection& connection, const SaslOptions& options) {
  const auto id = options.names.id_of(connection.login->user());
  if (!id) return false;
  znode::Identities proved = {{"sasl", *id}};
  if (options.super_users.contains(*id)) proved.push_back({"super", ""});
  add_identities(connection, proved);
  return true;
}

void SaslLogin::fail(ClientConnection& connection, Xid xid, const SaslOptions& options,
                     const std::string& why) {
  core_.remarks.push_back(SaslFailure{why, connection.identities->front().id});
  ++core_.counters.auth_failed;
  const auto& required = core_.options.access.required_schemes;
  const bool demanded = std::find(required.begin(), required.end(), "sasl") != required.end();
  if (options.keep_failed && !demanded) return reply(connection, xid, ErrorCode::ok, {});
  reply(connection, xid, demanded ? ErrorCode::session_closed_require_auth : ErrorCode::auth_failed, {});
  core_.clients.close(connection);
}

void SaslLogin::reply(ClientConnection& connection, Xid xid, ErrorCode err, const client::SaslToken& token) {
  core_.replies.reply_at_once(connection, xid, Zxid{}, [&](jute::Writer& writer) {
    jute::encode(writer, token);
    return err;
  });
}

}  // namespace paddock::replica
