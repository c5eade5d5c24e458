// HttpFetch: one answer of an HTTP server: a list of revoked certificates, or what an OCSP responder says.
// Plain HTTP, as those are published: they are signed.
//
// Owner: whoever started it and the operations that are pending. Loop thread; nothing of it blocks.
//
// Invariant: it ends within kLimitMs, whatever the other side does, and holds no more than kMostBytes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::net {

struct HttpAddress {
  std::string host;
  std::string port;
  std::string target;
  friend bool operator==(const HttpAddress&, const HttpAddress&) = default;
};
// Of "http://host:port/target"; a fault for anything else.
Result<HttpAddress> parse_http_url(std::string_view url);

class HttpFetch {
 public:
  static constexpr int64_t kLimitMs = 4000;
  static constexpr size_t kMostBytes = 16 << 20;

  using Done = std::function<void(Result<std::string>)>;
  virtual ~HttpFetch() = default;
  // `post`: an OCSP request; empty: a GET. `done` is called once, never from within, and not behind cancel().
  static std::shared_ptr<HttpFetch> start(boost::asio::io_context& io, const std::string& url,
                                          const std::string& post, Done done);
  virtual void cancel() = 0;
};

}  // namespace paddock::net
