#include "protocol/sasl/digest_md5_client.h"

#include <algorithm>

#include "protocol/base/text.h"
#include "protocol/sasl/keyed_hash.h"

namespace paddock::sasl {
namespace {

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

bool offers_auth(const Directives& given) {
  const auto found = given.find("qop");
  if (found == given.end()) return true;
  const auto offered = parts_of(found->second, ',');
  return std::find(offered.begin(), offered.end(), "auth") != offered.end();
}

}  // namespace

DigestMd5Client::DigestMd5Client(const DigestNames& names, std::string user, std::string password,
                                 std::string cnonce)
    : names_(names), user_(std::move(user)), password_(std::move(password)), cnonce_(std::move(cnonce)) {}

Result<std::optional<std::string>> DigestMd5Client::step(std::string_view token) {
  const Stage stage = std::exchange(stage_, Stage::failed);
  if (stage == Stage::begin) {
    auto answered = answer(token);
    if (!answered) return answered.fault();
    stage_ = Stage::answered;
    return std::optional(std::move(*answered));
  }
  if (stage != Stage::answered) return make_fault("a token out of turn");
  const auto given = parse_directives(token);
  const auto found = given ? given->find("rspauth") : Directives::const_iterator();
  if (!given || found == given->end() || !equal_secrets(found->second, proof_))
    return make_fault("the server does not prove that it knows the password");
  stage_ = Stage::complete;
  return std::optional<std::string>();
}

Result<std::string> DigestMd5Client::answer(std::string_view challenge) {
  const auto given = parse_directives(challenge);
  if (!given || !given->contains("nonce")) return make_fault("the challenge is none of DIGEST-MD5");
  if (!offers_auth(*given)) return make_fault("the server does not offer qop auth");
  const auto realm = given->find("realm");
  const std::string uri = names_.service + "/" + names_.realm;
  DigestParts parts;
  parts.user = user_;
  parts.password = password_;
  parts.realm = realm == given->end() ? std::string_view(names_.realm) : std::string_view(realm->second);
  parts.nonce = given->at("nonce");
  parts.cnonce = cnonce_;
  parts.nc = "00000001";
  parts.qop = "auth";
  parts.uri = uri;
  proof_ = digest_response(parts, "");
  return fmt::format(
      "charset=utf-8,username={},realm={},nonce={},nc=00000001,cnonce={},digest-uri={},maxbuf=65536,"
      "response={},qop=auth",
      quoted(user_), quoted(parts.realm), quoted(parts.nonce), quoted(cnonce_), quoted(uri),
      digest_response(parts, "AUTHENTICATE"));
}

}  // namespace paddock::sasl
