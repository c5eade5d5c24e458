#include "protocol/gssapi/credentials.h"

#include <vector>

namespace paddock::gssapi {
namespace {

// GSS_KRB5_NT_PRINCIPAL_NAME, which is data and could not be had from the library as the functions are.
gss_OID_desc principal_name{10, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01")};

}  // namespace

Credentials::~Credentials() {
  OM_uint32 ignored = 0;
  if (handle_ != GSS_C_NO_CREDENTIAL) runtime_->release_cred(&ignored, &handle_);
}

Result<Credentials> Credentials::to_accept(const std::shared_ptr<const GssapiRuntime>& runtime,
                                           const std::string& principal, const std::string& key_table) {
  std::vector<gss_key_value_element_desc> places = {{"rcache", "none:"}};
  if (!key_table.empty()) places.push_back({"keytab", key_table.c_str()});
  return acquire(runtime, principal, GSS_C_ACCEPT, std::move(places), key_table);
}

Result<Credentials> Credentials::to_ask(const std::shared_ptr<const GssapiRuntime>& runtime,
                                        const std::string& principal, const std::string& key_table) {
  // One each: a cache has tickets of one principal.
  const std::string cache = "MEMORY:paddock-" + principal;
  std::vector<gss_key_value_element_desc> places = {{"ccache", cache.c_str()}};
  if (!key_table.empty()) places.push_back({"client_keytab", key_table.c_str()});
  return acquire(runtime, principal, GSS_C_INITIATE, std::move(places), key_table);
}

Result<Credentials> Credentials::acquire(const std::shared_ptr<const GssapiRuntime>& runtime,
                                         const std::string& principal, gss_cred_usage_t usage,
                                         std::vector<gss_key_value_element_desc> places,
                                         const std::string& key_table) {
  OM_uint32 minor = 0;
  gss_buffer_desc text{principal.size(), const_cast<char*>(principal.data())};
  gss_name_t name = GSS_C_NO_NAME;
  OM_uint32 major = runtime->import_name(&minor, &text, &principal_name, &name);
  if (GSS_ERROR(major)) return make_fault("the principal '{}': {}", principal, runtime->text(major, minor));
  const gss_key_value_set_desc store{static_cast<OM_uint32>(places.size()), places.data()};
  gss_cred_id_t handle = GSS_C_NO_CREDENTIAL;
  major = runtime->acquire_cred_from(&minor, name, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, usage, &store, &handle,
                                     nullptr, nullptr);
  const std::string why = GSS_ERROR(major) ? runtime->text(major, minor) : "";
  OM_uint32 ignored = 0;
  runtime->release_name(&ignored, &name);
  if (why.empty()) return Credentials(runtime, handle);
  return make_fault("no {} of {} can be had from {}: {}", usage == GSS_C_ACCEPT ? "key" : "ticket", principal,
                    key_table.empty() ? "the default key table" : key_table, why);
}

}  // namespace paddock::gssapi
