#include "protocol/gssapi/acceptor.h"

#include <array>
#include <optional>
#include <string_view>

namespace paddock::gssapi {
namespace {

constexpr size_t kMaxToken = 1 << 16;

class GssapiExchange : public sasl::Exchange {
 public:
  GssapiExchange(std::shared_ptr<const GssapiAcceptor> acceptor, gss_cred_id_t credentials,
                 const sasl::KerberosName& service)
      : acceptor_(std::move(acceptor)), sasl_(acceptor_->runtime()) {
    if (!set_up(credentials, service)) stage_ = Stage::over;
  }
  ~GssapiExchange() override {
    if (connection_ != nullptr) sasl_.dispose(&connection_);
  }

  Result<std::optional<std::string>> step(std::string_view token) override;
  bool is_complete() const override { return stage_ == Stage::complete; }
  const std::string& user() const override {
    PADDOCK_CHECK(is_complete(), "the user of an exchange that has not succeeded");
    return user_;
  }

 private:
  enum class Stage { begin, under_way, complete, over };

  bool set_up(gss_cred_id_t credentials, const sasl::KerberosName& service);
  // libsasl2 leaves the realm out where it is the default one.
  void complete() {
    if (user_.find('@') == std::string::npos) user_ += "@" + sasl_.default_realm();
    stage_ = Stage::complete;
  }

  static int take_name(sasl_conn_t*, void* self, const char* in, unsigned length, unsigned flags, const char*,
                       char* out, unsigned max, unsigned* out_length);
  // Who asks to be somebody else is who it is: ids come from what was proved alone.
  static int take_anybody(sasl_conn_t*, void*, const char*, unsigned, const char*, unsigned, const char*,
                          unsigned, propctx*) {
    return SASL_OK;
  }

  const std::shared_ptr<const GssapiAcceptor> acceptor_;
  const GssapiRuntime& sasl_;
  std::array<sasl_callback_t, 3> callbacks_;
  sasl_conn_t* connection_ = nullptr;
  Stage stage_ = Stage::begin;
  std::string user_;
};

bool GssapiExchange::set_up(gss_cred_id_t credentials, const sasl::KerberosName& service) {
  callbacks_ = {{{SASL_CB_CANON_USER, as_callback(&take_name), this},
                 {SASL_CB_PROXY_POLICY, as_callback(&take_anybody), nullptr},
                 {SASL_CB_LIST_END, nullptr, nullptr}}};
  sasl_security_properties_t no_layer{};
  return sasl_.server_new(service.service.c_str(), service.host->c_str(), nullptr, nullptr, nullptr,
                          callbacks_.data(), 0, &connection_) == SASL_OK &&
         sasl_.setprop(connection_, SASL_SEC_PROPS, &no_layer) == SASL_OK &&
         sasl_.setprop(connection_, SASL_GSS_CREDS, credentials) == SASL_OK;
}

Result<std::optional<std::string>> GssapiExchange::step(std::string_view token) {
  const bool first = stage_ == Stage::begin;
  const bool expected = first || stage_ == Stage::under_way;
  stage_ = Stage::over;
  if (!expected) return make_fault("a token out of turn");
  if (first && token.empty()) return make_fault("the first token is empty");
  if (token.size() > kMaxToken) return make_fault("a token of {} bytes", token.size());
  const char* const in = token.empty() ? "" : token.data();
  const auto length = static_cast<unsigned>(token.size());
  const char* out = nullptr;
  unsigned out_length = 0;
  const int code = first ? sasl_.server_start(connection_, "GSSAPI", in, length, &out, &out_length)
                         : sasl_.server_step(connection_, in, length, &out, &out_length);
  if (code != SASL_OK && code != SASL_CONTINUE) return make_fault("{}", sasl_.errdetail(connection_));
  if (code == SASL_CONTINUE) {
    stage_ = Stage::under_way;
  } else {
    complete();
  }
  if (out == nullptr || is_complete()) return std::optional<std::string>();
  return std::optional(std::string(out, out_length));
}

int GssapiExchange::take_name(sasl_conn_t* connection, void* self, const char* in, unsigned length,
                              unsigned flags, const char* realm, char* out, unsigned max,
                              unsigned* out_length) {
  if ((flags & SASL_CU_AUTHID) != 0) static_cast<GssapiExchange*>(self)->user_ = std::string_view(in, length);
  return keep_name(connection, nullptr, in, length, flags, realm, out, max, out_length);
}

}  // namespace

GssapiAcceptor::GssapiAcceptor(std::shared_ptr<const GssapiRuntime> runtime, sasl::KerberosName service,
                               Credentials credentials)
    : runtime_(std::move(runtime)), service_(std::move(service)), credentials_(std::move(credentials)) {}

Result<std::shared_ptr<GssapiAcceptor>> GssapiAcceptor::open(const GssapiAcceptorOptions& options) {
  const auto& [key_table, principal] = options;
  auto service = sasl::KerberosName::parse(principal);
  if (service && !service->realm) service = sasl::KerberosName::parse(principal + "@");
  if (!service || !service->host)
    return make_fault("the principal '{}' is not service/host@REALM", principal);
  auto runtime = GssapiRuntime::load();
  if (!runtime) return runtime.fault();
  auto credentials = Credentials::to_accept(*runtime, principal, key_table);
  if (!credentials) return credentials.fault();
  return std::shared_ptr<GssapiAcceptor>(
      new GssapiAcceptor(std::move(*runtime), std::move(*service), std::move(*credentials)));
}

std::unique_ptr<sasl::Exchange> GssapiAcceptor::begin() {
  return std::make_unique<GssapiExchange>(shared_from_this(), credentials_.get(), service_);
}

}  // namespace paddock::gssapi
