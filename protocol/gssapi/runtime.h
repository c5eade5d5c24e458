// GssapiRuntime: libsasl2, its module for GSSAPI and MIT's Kerberos under it, found when a server that uses
// them starts: other servers need not have them.
//
// Owner: whoever uses it, for as long as the process lives. Made on the loop thread; several exchanges may
// go on in as many threads.
//
// Invariants
// 1. libsasl2 reads no file but that one module, from its own folder or that of SASL_PATH; it has no
//    settings, writes to no log, asks nobody about users and changes no name.
// 2. What else decides is the Kerberos library's own: krb5.conf, or what KRB5_CONFIG names.
#pragma once

#include <gssapi/gssapi_ext.h>
#include <krb5.h>
#include <sasl/sasl.h>

#include <memory>
#include <string>

#include "protocol/base/result.h"

namespace paddock::gssapi {

// libsasl2 keeps callbacks of all kinds as one.
template <class Function>
int (*as_callback(Function* function))() {
  return reinterpret_cast<int (*)()>(reinterpret_cast<void (*)()>(function));
}

// SASL_CB_CANON_USER: a name stays as it is.
int keep_name(sasl_conn_t*, void*, const char* in, unsigned length, unsigned flags, const char* realm,
              char* out, unsigned max, unsigned* out_length);

struct GssapiRuntime {
  // A fault says what to install. Loads once; then it is the same one.
  static Result<std::shared_ptr<const GssapiRuntime>> load();

  // As krb5.conf says now; empty if it says nothing.
  std::string default_realm() const;
  // What GSSAPI's two numbers mean.
  std::string text(OM_uint32 major, OM_uint32 minor) const;

  decltype(&::sasl_server_init) server_init = nullptr;
  decltype(&::sasl_server_new) server_new = nullptr;
  decltype(&::sasl_server_start) server_start = nullptr;
  decltype(&::sasl_server_step) server_step = nullptr;
  decltype(&::sasl_client_init) client_init = nullptr;
  decltype(&::sasl_client_new) client_new = nullptr;
  decltype(&::sasl_client_start) client_start = nullptr;
  decltype(&::sasl_client_step) client_step = nullptr;
  decltype(&::sasl_listmech) listmech = nullptr;
  decltype(&::sasl_setprop) setprop = nullptr;
  decltype(&::sasl_errdetail) errdetail = nullptr;
  decltype(&::sasl_dispose) dispose = nullptr;
  decltype(&::gss_import_name) import_name = nullptr;
  decltype(&::gss_release_name) release_name = nullptr;
  decltype(&::gss_acquire_cred_from) acquire_cred_from = nullptr;
  decltype(&::gss_release_cred) release_cred = nullptr;
  decltype(&::gss_display_status) display_status = nullptr;
  decltype(&::gss_release_buffer) release_buffer = nullptr;
  decltype(&::krb5_init_context) init_context = nullptr;
  decltype(&::krb5_free_context) free_context = nullptr;
  decltype(&::krb5_get_default_realm) get_default_realm = nullptr;
  decltype(&::krb5_free_default_realm) free_default_realm = nullptr;
};

}  // namespace paddock::gssapi
