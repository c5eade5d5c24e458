#include "server/net/revocations.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "server/net/subject_name.h"

namespace paddock::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kRemembered = 1024;

Finding finding_of(X509* certificate, X509* issuer, bool is_list, const Result<std::string>& bytes,
                   X509_CRL* crl) {
  if (!bytes) return {Standing::unknown, bytes.fault().message};
  if (!is_list) return standing_by_ocsp(certificate, issuer, *bytes);
  if (crl == nullptr) return {Standing::unknown, "what came is no list of revoked certificates"};
  return standing_by_crl(certificate, issuer, crl);
}

}  // namespace

void Revocations::check(certs::Certificates chain, Done done) {
  const auto check = std::make_shared<Check>();
  check->chain = std::move(chain);
  check->done = std::move(done);
  boost::asio::post(io_, [self = shared_from_this(), check] { self->next_certificate(check); });
}

std::vector<Revocations::Source> Revocations::sources_of(const Check& check) const {
  X509* const certificate = check.chain[check.at].get();
  std::vector<Source> sources;
  if (by_ocsp_) {
    const std::string request = ocsp_request(certificate, check.chain[check.at + 1].get());
    for (std::string& url : ocsp_urls(certificate)) {
      if (!request.empty()) sources.push_back({std::move(url), request});
    }
  }
  for (std::string& url : crl_urls(certificate)) sources.push_back({std::move(url), {}});
  return sources;
}

void Revocations::next_certificate(const std::shared_ptr<Check>& check) {
  if (closed_) return;
  if (check->at + 1 >= check->chain.size()) return check->done(ok_status());
  check->sources = sources_of(*check);
  check->next_source = 0;
  check->doubts = check->sources.empty() ? "it does not say where that is told" : "";
  next_source(check);
}

void Revocations::next_source(const std::shared_ptr<Check>& check) {
  if (check->next_source == check->sources.size()) {
    return check->done(make_fault("whether {} is revoked is not known: {}",
                                  subject_name(check->chain[check->at].get()), check->doubts));
  }
  const Source& source = check->sources[check->next_source++];
  ask(source, [this, check, source](const Answer& answer) { heard(check, source, answer); });
}

void Revocations::heard(const std::shared_ptr<Check>& check, const Source& source, const Answer& answer) {
  X509* const certificate = check->chain[check->at].get();
  const Finding finding = finding_of(certificate, check->chain[check->at + 1].get(), source.post.empty(),
                                     answer.bytes, answer.crl.get());
  switch (finding.standing) {
    case Standing::good:
      ++check->at;
      return next_certificate(check);
    case Standing::revoked:
      return check->done(make_fault("{} is revoked, says {}", subject_name(certificate), source.url));
    case Standing::unknown:
      check->doubts += fmt::format("{}{}: {}", check->doubts.empty() ? "" : "; ", source.url, finding.reason);
      return next_source(check);
  }
}

// --- Answers

void Revocations::ask(const Source& source, Heard heard) {
  const auto known = asked_.find(source);
  const bool is_fresh =
      known != asked_.end() && !known->second.fetch && Clock::now() < known->second.good_until;
  if (is_fresh) {
    const std::shared_ptr<const Answer> answer = known->second.answer;
    return heard(*answer);
  }
  forget_old();
  Asked& asked = asked_[source];
  asked.waiting.push_back(std::move(heard));
  if (asked.fetch) return;
  asked.fetch = HttpFetch::start(io_, source.url, source.post,
                                 [self = shared_from_this(), source](Result<std::string> bytes) {
                                   self->answered(source, std::move(bytes));
                                 });
}

void Revocations::answered(const Source& source, Result<std::string> bytes) {
  auto answer = std::make_shared<Answer>();
  const bool came = bytes.ok();
  if (came && source.post.empty()) answer->crl = parse_crl(*bytes);
  // Of a list that was read, the bytes are not needed again.
  answer->bytes = answer->crl ? Result<std::string>(std::string()) : std::move(bytes);
  Asked& asked = asked_[source];
  asked.fetch.reset();
  asked.answer = answer;
  asked.good_until = Clock::now() + std::chrono::milliseconds(came ? kFreshMs : kFailedMs);
  // Who hears may ask again.
  for (const Heard& each : std::exchange(asked.waiting, {})) each(*answer);
}

void Revocations::forget_old() {
  if (asked_.size() < kRemembered) return;
  std::erase_if(asked_, [](const auto& entry) { return !entry.second.fetch; });
}

void Revocations::close() {
  closed_ = true;
  for (auto& [source, asked] : asked_) {
    if (asked.fetch) asked.fetch->cancel();
    asked.waiting.clear();
  }
}

}  // namespace paddock::net
