#include "client/tls_transport.h"

#include <boost/asio/ssl.hpp>

#include "client/stream_transport.h"
#include "protocol/base/check.h"
#include "protocol/certs/context_keys.h"

namespace paddock::client {
namespace {

namespace ssl = boost::asio::ssl;
using TlsStream = ssl::stream<boost::asio::ip::tcp::socket>;
using ContextPtr = std::shared_ptr<ssl::context>;

class TlsTransport : public StreamTransport<TlsStream> {
 public:
  TlsTransport(boost::asio::any_io_executor executor, ContextPtr context, bool verify_host)
      : StreamTransport(std::move(executor)), context_(std::move(context)), verify_host_(verify_host) {}

 private:
  std::shared_ptr<TlsStream> make_stream(const boost::asio::any_io_executor& executor,
                                         const HostPort& server) override {
    auto stream = std::make_shared<TlsStream>(executor, *context_);
    SSL* const handle = stream->native_handle();
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(handle);
    // An address is no name: names are not asked for by it, and certificates hold it elsewhere.
    Error not_numeric;
    boost::asio::ip::make_address(server.host, not_numeric);
    if (not_numeric) SSL_set_tlsext_host_name(handle, server.host.c_str());
    if (!verify_host_) return stream;
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (not_numeric) {
      X509_VERIFY_PARAM_set1_host(wanted, server.host.c_str(), 0);
    } else {
      X509_VERIFY_PARAM_set1_ip_asc(wanted, server.host.c_str());
    }
    return stream;
  }

  void prepare(TlsStream& stream, Ready ready) override {
    stream.async_handshake(ssl::stream_base::client,
                           [&stream, ready = std::move(ready)](Error err) { ready(explained(stream, err)); });
  }

  // What did not verify is said by OpenSSL elsewhere.
  static Error explained(TlsStream& stream, Error err);

  std::string reason_of(Error err) const override {
    const bool closed = err == boost::asio::error::eof || err == ssl::error::stream_truncated;
    return closed ? "closed the connection" : err.message();
  }

  const ContextPtr context_;
  const bool verify_host_;
};

// The results of certificate verification, as errors.
class VerificationCategory : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "certificate"; }
  std::string message(int result) const override {
    return std::string("its certificate is refused: ") + X509_verify_cert_error_string(result);
  }
};

TlsTransport::Error TlsTransport::explained(TlsStream& stream, Error err) {
  static const VerificationCategory category;
  const long result = SSL_get_verify_result(stream.native_handle());
  return err && result != X509_V_OK ? Error(static_cast<int>(result), category) : err;
}

}  // namespace

Result<MakeTransport> make_tls_transport(const TlsOptions& options) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX* const handle = context->native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nullptr);
  if (auto done = certs::use_trusted(handle, options.trusted, "trusted certificates"); !done)
    return done.fault();
  if (!options.keys.location.empty()) {
    if (auto done = certs::use_key(handle, options.keys, "key and certificate"); !done) return done.fault();
  }
  return MakeTransport(
      [context, verify_host = options.verify_host](const boost::asio::any_io_executor& executor) {
        return std::make_shared<TlsTransport>(executor, context, verify_host);
      });
}

}  // namespace paddock::client
