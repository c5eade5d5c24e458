// Credentials: what a key table is good for: to accept tickets for a principal, or to ask for them as one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/result.h"
#include "protocol/gssapi/runtime.h"

namespace paddock::gssapi {

class Credentials {
 public:
  // No replay cache, which would be a file of all servers of this host: who only repeats a ticket cannot sign
  // the last token of the exchange. `key_table` may be empty: the library's own. A fault names it.
  static Result<Credentials> to_accept(const std::shared_ptr<const GssapiRuntime>& runtime,
                                       const std::string& principal, const std::string& key_table);
  // Tickets are kept in memory, for all that ask as the same principal. May ask the KDC.
  static Result<Credentials> to_ask(const std::shared_ptr<const GssapiRuntime>& runtime,
                                    const std::string& principal, const std::string& key_table);
  ~Credentials();
  Credentials(Credentials&& other) noexcept
      : runtime_(std::move(other.runtime_)), handle_(std::exchange(other.handle_, GSS_C_NO_CREDENTIAL)) {}
  Credentials& operator=(Credentials&&) = delete;

  gss_cred_id_t get() const { return handle_; }

 private:
  Credentials(std::shared_ptr<const GssapiRuntime> runtime, gss_cred_id_t handle)
      : runtime_(std::move(runtime)), handle_(handle) {}
  static Result<Credentials> acquire(const std::shared_ptr<const GssapiRuntime>& runtime,
                                     const std::string& principal, gss_cred_usage_t usage,
                                     std::vector<gss_key_value_element_desc> places,
                                     const std::string& key_table);

  std::shared_ptr<const GssapiRuntime> runtime_;
  gss_cred_id_t handle_;
};

}  // namespace paddock::gssapi
