#include "client/tls_transport.h"

#include <boost/asio/ssl.hpp>

#include "client/stream_transport.h"
#include "client/tls_context.h"

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
    expect_server(stream->native_handle(), server.host, verify_host_);
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
  std::string message(int result) const override { return refused_certificate(result); }
};

TlsTransport::Error TlsTransport::explained(TlsStream& stream, Error err) {
  static const VerificationCategory category;
  const long result = SSL_get_verify_result(stream.native_handle());
  return err && result != X509_V_OK ? Error(static_cast<int>(result), category) : err;
}

}  // namespace

Result<MakeTransport> make_tls_transport(const TlsOptions& options) {
  const auto made = make_tls_context(options);
  if (!made) return made.fault();
  SSL_CTX_up_ref(made->get());  // Asio's wrapper gives one back
  const auto context = std::make_shared<ssl::context>(made->get());
  return MakeTransport(
      [context, verify_host = options.verify_host](const boost::asio::any_io_executor& executor) {
        return std::make_shared<TlsTransport>(executor, context, verify_host);
      });
}

}  // namespace paddock::client
