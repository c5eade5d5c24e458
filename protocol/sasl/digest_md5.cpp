#include "protocol/sasl/digest_md5.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <initializer_list>

#include "protocol/base/text.h"
#include "protocol/sasl/keyed_hash.h"

namespace paddock::sasl {
namespace {

constexpr size_t kMaxToken = 4096;  // RFC 2831: a response has less

std::string md5(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  std::string hash(16, '\0');
  size_t length = 0;
  const int hashed = EVP_Q_digest(nullptr, "MD5", nullptr, all.data(), all.size(),
                                  reinterpret_cast<unsigned char*>(hash.data()), &length);
  PADDOCK_CHECK(hashed == 1 && length == hash.size(), "OpenSSL has no MD5");
  return hash;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return text;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

std::string take_name(std::string_view& rest) {
  const size_t end = std::min(rest.find_first_of("= \t\r\n,\""), rest.size());
  std::string name = to_lower(rest.substr(0, end));
  rest.remove_prefix(end);
  skip_blanks(rest);
  return name;
}

// False: a quote that is not closed.
bool take_value(std::string_view& rest, std::string& value) {
  if (!rest.starts_with('"')) {
    const size_t end = std::min(rest.find_first_of(" \t\r\n,\""), rest.size());
    value = rest.substr(0, end);
    rest.remove_prefix(end);
    return true;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\') rest.remove_prefix(1);
    if (rest.empty()) return false;
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return true;
}

std::string_view value_of(const Directives& given, std::string_view name) {
  const auto found = given.find(name);
  return found == given.end() ? std::string_view() : std::string_view(found->second);
}

// service/server, or service/host/server.
bool is_for_us(std::string_view uri, const DigestNames& names) {
  if (!uri.starts_with(names.service + "/")) return false;
  uri.remove_prefix(names.service.size() + 1);
  const size_t slash = uri.find('/');
  return uri == names.realm || (slash != std::string_view::npos && uri.substr(slash + 1) == names.realm);
}

// RFC 2831 hashes in ISO 8859-1 what can be written in it, though it travels in UTF-8.
std::string hashed_form(std::string_view utf8) {
  std::string latin;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<uint8_t>(utf8[i]);
    if (c < 0x80) {
      latin += utf8[i];
    } else if ((c == 0xc2 || c == 0xc3) && i + 1 < utf8.size() &&
               (static_cast<uint8_t>(utf8[i + 1]) & 0xc0) == 0x80) {
      latin += static_cast<char>((c & 3) << 6 | (static_cast<uint8_t>(utf8[++i]) & 0x3f));
    } else {
      return std::string(utf8);
    }
  }
  return latin;
}

}  // namespace

std::optional<Directives> parse_directives(std::string_view text) {
  Directives all;
  skip_blanks(text);
  while (!text.empty()) {
    const std::string name = take_name(text);
    if (name.empty() || !text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    skip_blanks(text);
    std::string value;
    if (!take_value(text, value)) return std::nullopt;
    skip_blanks(text);
    if (!text.empty() && text.front() != ',') return std::nullopt;
    while (!text.empty() && (text.front() == ',' || is_blank(text.front()))) text.remove_prefix(1);
    if (!all.emplace(name, std::move(value)).second) return std::nullopt;
  }
  return all;
}

std::string digest_response(const DigestParts& parts, std::string_view method) {
  const std::string secret =
      md5({hashed_form(parts.user), ":", hashed_form(parts.realm), ":", hashed_form(parts.password)});
  const std::string_view colon = parts.has_authzid ? ":" : "";
  const std::string a1 = md5({secret, ":", parts.nonce, ":", parts.cnonce, colon, parts.authzid});
  const std::string a2 = md5({method, ":", parts.uri});
  return hex(
      md5({hex(a1), ":", parts.nonce, ":", parts.nc, ":", parts.cnonce, ":", parts.qop, ":", hex(a2)}));
}

DigestMd5Server::DigestMd5Server(const DigestNames& names, const Passwords& passwords, std::string nonce)
    : names_(names), passwords_(passwords), nonce_(std::move(nonce)) {}

Result<std::optional<std::string>> DigestMd5Server::step(std::string_view token) {
  if (stage_ == Stage::begin && token.empty()) {
    stage_ = Stage::challenged;
    return std::optional(challenge());
  }
  const bool expected = stage_ == Stage::challenged;
  stage_ = Stage::failed;
  if (!expected) return make_fault("a token out of turn");
  auto answer = check(token);
  if (!answer) return answer.fault();
  stage_ = Stage::complete;
  return std::optional(std::move(*answer));
}

std::string DigestMd5Server::challenge() const {
  return "realm=\"" + names_.realm + "\",nonce=\"" + nonce_ + "\",charset=utf-8,algorithm=md5-sess";
}

Result<std::string> DigestMd5Server::check(std::string_view response) {
  if (response.size() > kMaxToken) return make_fault("a response of {} bytes", response.size());
  const auto given = parse_directives(response);
  if (!given) return make_fault("the response is no list of directives");
  DigestParts parts;
  parts.user = value_of(*given, "username");
  parts.realm = value_of(*given, "realm");
  parts.nonce = value_of(*given, "nonce");
  parts.cnonce = value_of(*given, "cnonce");
  parts.nc = value_of(*given, "nc");
  parts.uri = value_of(*given, "digest-uri");
  parts.qop = given->contains("qop") ? value_of(*given, "qop") : "auth";
  parts.has_authzid = given->contains("authzid");
  parts.authzid = value_of(*given, "authzid");
  if (parts.nonce != nonce_) return make_fault("the response is to another nonce");
  if (parts.nc != "00000001") return make_fault("the nonce count is not 1");
  if (parts.cnonce.empty()) return make_fault("the response has no cnonce");
  if (parts.qop != "auth") return make_fault("the client wants qop {}; only auth is there", parts.qop);
  if (parts.realm != names_.realm) return make_fault("the response is for another realm");
  if (!is_for_us(parts.uri, names_)) return make_fault("the response is for another service");
  const auto user = passwords_.find(parts.user);
  parts.password = user == passwords_.end() ? std::string_view() : std::string_view(user->second);
  const bool proved = same(digest_response(parts, "AUTHENTICATE"), value_of(*given, "response"));
  // Whoever guesses names learns nothing from the time it takes.
  if (!proved || user == passwords_.end()) return make_fault("unknown user or wrong password");
  user_ = parts.user;
  return "rspauth=" + digest_response(parts, "");
}

const std::string& DigestMd5Server::user() const {
  PADDOCK_CHECK(is_complete(), "the user of an exchange that has not succeeded");
  return user_;
}

std::string make_nonce(std::string_view secret, uint64_t number) {
  const KeyedHash hash = keyed_hash(secret, std::to_string(number));
  return hex({hash.data(), hash.size()});
}

}  // namespace paddock::sasl
