#include "server/replica/sasl_login.h"

#include <algorithm>
#include <memory>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {

bool SaslLogin::answer(ClientConnection& connection, Xid xid, std::string_view body, Instant now) {
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
    fail(connection, xid, token.fault().message, now);
    return true;
  }
  if (connection.login->is_complete()) {
    if (const Status done = succeed(connection, *options); !done) {
      fail(connection, xid, done.fault().message, now);
      return true;
    }
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

Status SaslLogin::succeed(ClientConnection& connection, const SaslOptions& options) {
  const std::string& user = connection.login->user();
  const auto id = options.names.id_of(user);
  if (!id) return make_fault("there can be no name for '{}'", user);
  znode::Identities proved = {{"sasl", *id}};
  if (options.super_users.contains(*id)) proved.push_back({"super", ""});
  if (!core_.may_be_all_of(connection, proved)) return make_fault("'{}' is one name too many", user);
  add_identities(connection, proved);
  return ok_status();
}

void SaslLogin::fail(ClientConnection& connection, Xid xid, const std::string& why, Instant now) {
  core_.remarks.push_back(SaslFailure{why, connection.identities->front().id});
  core_.note_auth_failure(connection, now);
  const auto& required = core_.options.access.required_schemes;
  const bool demanded = std::find(required.begin(), required.end(), "sasl") != required.end();
  const bool keeps = core_.options.access.sasl->keep_failed;
  if (keeps && !demanded) return reply(connection, xid, ErrorCode::ok, {});
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
