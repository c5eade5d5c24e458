// Revocations: whether the certificates of a chain have been revoked (ssl.crl, ssl.ocsp), asked where they
// say that it is told. As Java's PKIX checker with the options that ZooKeeper gives it: what cannot be told
// is refused.
//
// Owner: TlsContexts' user, beside them. Loop thread; answers are fetched meanwhile, and nothing waits for
// them but the connection that asked.
//
// Invariants
// 1. Nothing is fetched for a chain that has not been verified: only an authority that is trusted can make
//    this server ask anybody.
// 2. Each certificate but the trusted end of the chain is asked for: with ssl.ocsp its responders, and then,
//    or without, its lists. The first that knows it decides.
// 3. An answer is believed for kFreshMs, and until it says that it ends.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/result.h"
#include "server/net/http_fetch.h"
#include "protocol/certs/openssl_handles.h"
#include "server/net/revocation_proof.h"

namespace paddock::net {

class Revocations : public std::enable_shared_from_this<Revocations> {
 public:
  static constexpr int64_t kFreshMs = 30'000;  // Java's
  static constexpr int64_t kFailedMs = 1'000;  // before a server that gave no answer is asked again

  using Done = std::function<void(Status)>;
  Revocations(boost::asio::io_context& io, bool by_ocsp) : io_(io), by_ocsp_(by_ocsp) {}

  // `chain`: verified, from the peer's own certificate to the one that is trusted; empty: it has shown none.
  // `done` is called once, never from within, unless close() comes before.
  void check(certs::Certificates chain, Done done);
  void close();

 private:
  struct Source {
    std::string url;
    std::string post;  // empty: it is a list
    friend auto operator<=>(const Source&, const Source&) = default;
  };
  struct Answer {
    Result<std::string> bytes = std::string();
    CrlPtr crl;  // of a list that can be read
  };
  using Heard = std::function<void(const Answer&)>;
  struct Asked {
    std::shared_ptr<HttpFetch> fetch;  // under way
    std::vector<Heard> waiting;
    std::shared_ptr<const Answer> answer;  // the last one
    std::chrono::steady_clock::time_point good_until;
  };
  struct Check {
    certs::Certificates chain;
    size_t at = 0;  // the certificate
    std::vector<Source> sources;
    size_t next_source = 0;
    std::string doubts;  // what the sources so far failed at
    Done done;
  };

  std::vector<Source> sources_of(const Check& check) const;
  void next_certificate(const std::shared_ptr<Check>& check);
  void next_source(const std::shared_ptr<Check>& check);
  void heard(const std::shared_ptr<Check>& check, const Source& source, const Answer& answer);
  void ask(const Source& source, Heard heard);
  void answered(const Source& source, Result<std::string> bytes);
  void forget_old();

  boost::asio::io_context& io_;
  const bool by_ocsp_;
  std::map<Source, Asked> asked_;
  bool closed_ = false;
};

}  // namespace paddock::net
