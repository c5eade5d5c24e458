// TlsContext: one load of keys, trust and rules, from which connections are made. Unchanging; connections
// keep the one that they began with.
//
// TlsContexts: the one to begin with now. Looks for changed files on a timer, so that renewed certificates
// are taken within 10 s; what cannot be loaded is told once, and the one before stays.
//
// Owner: whoever serves the port. Loop thread; looking at the files blocks it for a moment.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "protocol/certs/openssl_handles.h"
#include "server/net/revocations.h"
#include "server/net/tls_options.h"

namespace paddock::net {

class TlsContext {
 public:
  // A fault names the setting and the file.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsOptions& options);

  explicit TlsContext(certs::SslContextPtr context) : context_(std::move(context)) {}
  SSL_CTX* get() const { return context_.get(); }

 private:
  certs::SslContextPtr context_;
};

class TlsContexts : public std::enable_shared_from_this<TlsContexts> {
 public:
  // `remark`: for the log, seldom.
  TlsContexts(boost::asio::io_context& io, TlsOptions options, std::function<void(std::string_view)> remark);

  // The first load. A fault names the setting and the file.
  Status open();
  // Requires: open().
  const TlsContext& current() const { return *current_; }
  const TlsOptions& options() const { return options_; }
  // Of who has shown certificates that `current()` verified. Null: nobody is asked.
  Revocations* revocations() const { return revocations_.get(); }
  // Looks at the files now, as the timer does.
  void look();
  void close();

 private:
  void arm();
  std::string fingerprint() const;

  const TlsOptions options_;
  const std::function<void(std::string_view)> remark_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<const TlsContext> current_;
  const std::shared_ptr<Revocations> revocations_;
  std::string seen_;  // of the files, as they were at the last load
};

}  // namespace paddock::net
