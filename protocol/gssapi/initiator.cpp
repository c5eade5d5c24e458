#include "protocol/gssapi/initiator.h"

#include <array>
#include <optional>
#include <string_view>

#include "protocol/gssapi/credentials.h"

namespace paddock::gssapi {
namespace {

constexpr size_t kMaxToken = 1 << 16;

int no_other_name(void*, int, const char** result, unsigned* length) {
  *result = "";
  if (length != nullptr) *length = 0;
  return SASL_OK;
}

class GssapiInitiator : public sasl::Initiator {
 public:
  GssapiInitiator(std::shared_ptr<const GssapiRuntime> runtime, std::string key_table, std::string principal,
                  sasl::KerberosName service)
      : runtime_(std::move(runtime)),
        key_table_(std::move(key_table)),
        principal_(std::move(principal)),
        service_(std::move(service)) {}
  ~GssapiInitiator() override {
    if (connection_ != nullptr) runtime_->dispose(&connection_);
  }

  Result<std::string> begin() override;
  Result<std::optional<std::string>> step(std::string_view token) override;
  bool is_complete() const override { return complete_; }
  bool blocks() const override { return true; }

 private:
  Status set_up();

  const std::shared_ptr<const GssapiRuntime> runtime_;
  const std::string key_table_;
  const std::string principal_;
  const sasl::KerberosName service_;
  // Anew for each exchange: so a ticket that is about to end is replaced.
  std::optional<Credentials> credentials_;
  std::array<sasl_callback_t, 3> callbacks_;
  sasl_conn_t* connection_ = nullptr;
  bool complete_ = false;
};

Status GssapiInitiator::set_up() {
  if (!principal_.empty()) {
    auto credentials = Credentials::to_ask(runtime_, principal_, key_table_);
    if (!credentials) return credentials.fault();
    credentials_.emplace(std::move(*credentials));
  }
  callbacks_ = {{{SASL_CB_USER, as_callback(&no_other_name), nullptr},
                 {SASL_CB_CANON_USER, as_callback(&keep_name), nullptr},
                 {SASL_CB_LIST_END, nullptr, nullptr}}};
  sasl_security_properties_t no_layer{};
  const bool ready =
      runtime_->client_new(service_.service.c_str(), service_.host->c_str(), nullptr, nullptr,
                           callbacks_.data(), 0, &connection_) == SASL_OK &&
      runtime_->setprop(connection_, SASL_SEC_PROPS, &no_layer) == SASL_OK &&
      (!credentials_ || runtime_->setprop(connection_, SASL_GSS_CREDS, credentials_->get()) == SASL_OK);
  if (!ready) return make_fault("libsasl2 makes no connection");
  return ok_status();
}

Result<std::string> GssapiInitiator::begin() {
  if (auto ready = set_up(); !ready) return ready.fault();
  const char* out = nullptr;
  const char* mechanism = nullptr;
  unsigned length = 0;
  const int code = runtime_->client_start(connection_, "GSSAPI", nullptr, &out, &length, &mechanism);
  if (code != SASL_CONTINUE) return make_fault("{}", runtime_->errdetail(connection_));
  return out == nullptr ? std::string() : std::string(out, length);
}

Result<std::optional<std::string>> GssapiInitiator::step(std::string_view token) {
  if (connection_ == nullptr || complete_) return make_fault("a token out of turn");
  if (token.size() > kMaxToken) return make_fault("a token of {} bytes", token.size());
  const char* out = nullptr;
  unsigned length = 0;
  const int code = runtime_->client_step(connection_, token.empty() ? "" : token.data(),
                                         static_cast<unsigned>(token.size()), nullptr, &out, &length);
  if (code != SASL_OK && code != SASL_CONTINUE) return make_fault("{}", runtime_->errdetail(connection_));
  complete_ = code == SASL_OK;
  if (out == nullptr && complete_) return std::optional<std::string>();
  return std::optional(out == nullptr ? std::string() : std::string(out, length));  // some tokens are empty
}

}  // namespace

std::unique_ptr<sasl::Initiator> make_initiator(std::shared_ptr<const GssapiRuntime> runtime,
                                                const std::string& key_table, const std::string& principal,
                                                const sasl::KerberosName& service) {
  return std::make_unique<GssapiInitiator>(std::move(runtime), key_table, principal, service);
}

}  // namespace paddock::gssapi
