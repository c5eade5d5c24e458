#include "server/net/http_fetch.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

namespace paddock::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

class Fetch : public HttpFetch, public std::enable_shared_from_this<Fetch> {
 public:
  Fetch(asio::io_context& io, std::string url, Done done)
      : url_(std::move(url)), done_(std::move(done)), deadline_(io), resolver_(io), stream_(io) {
    parser_.body_limit(kMostBytes);
  }

  void begin(const std::string& post) {
    const Result<HttpAddress> address = parse_http_url(url_);
    if (!address) {
      asio::post(stream_.get_executor(),
                 [self = shared_from_this(), address] { self->end(address.fault()); });
      return;
    }
    deadline_.expires_after(std::chrono::milliseconds(kLimitMs));
    deadline_.async_wait([self = shared_from_this()](const error_code& stopped) {
      if (!stopped) self->end(make_fault("{}: no answer within {} ms", self->url_, kLimitMs));
    });
    make_request(*address, post);
    resolver_.async_resolve(address->host, address->port,
                            [self = shared_from_this()](const error_code& error, const auto& found) {
                              if (!self->failed(error)) self->connect(found);
                            });
  }

  void cancel() override {
    done_ = nullptr;
    stop();
  }

 private:
  void make_request(const HttpAddress& address, const std::string& post) {
    request_.version(11);
    request_.method(post.empty() ? http::verb::get : http::verb::post);
    request_.target(address.target);
    request_.set(http::field::host, address.host);
    request_.set(http::field::connection, "close");
    if (!post.empty()) request_.set(http::field::content_type, "application/ocsp-request");
    request_.body() = post;
    request_.prepare_payload();
  }

  void connect(const tcp::resolver::results_type& found) {
    stream_.async_connect(found, [self = shared_from_this()](const error_code& error, const auto&) {
      if (!self->failed(error)) self->write();
    });
  }
  void write() {
    http::async_write(stream_, request_, [self = shared_from_this()](const error_code& error, size_t) {
      if (!self->failed(error)) self->read();
    });
  }
  void read() {
    http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](const error_code& error, size_t) {
      if (!self->failed(error)) self->take();
    });
  }
  void take() {
    const auto status = parser_.get().result_int();
    if (status != 200) return end(make_fault("{}: status {}", url_, status));
    end(std::move(parser_.get().body()));
  }

  bool failed(const error_code& error) {
    if (error) end(make_fault("{}: {}", url_, error.message()));
    return error || !done_;
  }
  void end(Result<std::string> result) {
    const Done done = std::exchange(done_, nullptr);
    if (!done) return;
    stop();
    done(std::move(result));
  }
  void stop() {
    deadline_.cancel();
    resolver_.cancel();
    stream_.close();
  }

  const std::string url_;
  Done done_;
  asio::steady_timer deadline_;
  tcp::resolver resolver_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

Result<HttpAddress> parse_http_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return make_fault("{}: it does not begin with http://", url);
  const std::string_view rest = url.substr(kScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view host = rest.substr(0, slash);
  HttpAddress address{"", "80", slash < rest.size() ? std::string(rest.substr(slash)) : "/"};
  const size_t bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
  const size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    address.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (bracket != std::string_view::npos) host = host.substr(1, bracket - 1);
  address.host = host;
  const bool is_number = address.port.find_first_not_of("0123456789") == std::string::npos;
  const bool is_clean = url.find_first_of(" \r\n\t") == std::string_view::npos;
  if (address.host.empty() || address.port.empty() || !is_number || !is_clean)
    return make_fault("{}: it names no server", url);
  return address;
}

std::shared_ptr<HttpFetch> HttpFetch::start(asio::io_context& io, const std::string& url,
                                            const std::string& post, Done done) {
  const auto fetch = std::make_shared<Fetch>(io, url, std::move(done));
  fetch->begin(post);
  return fetch;
}

}  // namespace paddock::net
