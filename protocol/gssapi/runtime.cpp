#include "protocol/gssapi/runtime.h"

#include <dlfcn.h>

#include <string_view>

namespace paddock::gssapi {
namespace {

constexpr const char* kAdvice = "install libsasl2-2, libsasl2-modules-gssapi-mit and libgssapi-krb5-2";
constexpr const char* kKerberos = "libgssapi_krb5.so.2";
constexpr const char* kSasl = "libsasl2.so.3";
constexpr const char* kDebianSasl = "libsasl2.so.2";  // Debian's name for the same

// --- What libsasl2 asks

int no_option(void*, const char*, const char*, const char**, unsigned*) {
  return SASL_FAIL;
}

int log_nothing(void*, int, const char*) {
  return SASL_OK;
}

int take_the_module(void*, const char* file, sasl_verify_type_t type) {
  const bool is_it =
      type == SASL_VRFY_PLUGIN && std::string_view(file).find("libgssapiv2.") != std::string_view::npos;
  return is_it ? SASL_OK : SASL_CONTINUE;
}

const sasl_callback_t* global_callbacks() {
  static const sasl_callback_t kCallbacks[] = {
      {SASL_CB_GETOPT, as_callback(&no_option), nullptr},
      {SASL_CB_LOG, as_callback(&log_nothing), nullptr},
      {SASL_CB_VERIFYFILE, as_callback(&take_the_module), nullptr},
      {SASL_CB_LIST_END, nullptr, nullptr},
  };
  return kCallbacks;
}

// --- Loading

// Keeps the first name that is not there.
class Library {
 public:
  explicit Library(const char* name, const char* other = nullptr) : handle_(dlopen(name, RTLD_NOW)) {
    if (handle_ == nullptr && other != nullptr) handle_ = dlopen(other, RTLD_NOW);
    if (handle_ == nullptr) missing_ = name;
  }
  template <class Function>
  void bind(Function& function, const char* name) {
    if (handle_ == nullptr) return;
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }
  const std::string& missing() const { return missing_; }

 private:
  void* handle_;  // for good: libsasl2 cannot be unloaded
  std::string missing_;
};

std::string bind_sasl(GssapiRuntime& runtime) {
  Library library(kSasl, kDebianSasl);
  library.bind(runtime.server_init, "sasl_server_init");
  library.bind(runtime.server_new, "sasl_server_new");
  library.bind(runtime.server_start, "sasl_server_start");
  library.bind(runtime.server_step, "sasl_server_step");
  library.bind(runtime.client_init, "sasl_client_init");
  library.bind(runtime.client_new, "sasl_client_new");
  library.bind(runtime.client_start, "sasl_client_start");
  library.bind(runtime.client_step, "sasl_client_step");
  library.bind(runtime.listmech, "sasl_listmech");
  library.bind(runtime.setprop, "sasl_setprop");
  library.bind(runtime.errdetail, "sasl_errdetail");
  library.bind(runtime.dispose, "sasl_dispose");
  return library.missing();
}

std::string bind_kerberos(GssapiRuntime& runtime) {
  Library library(kKerberos);
  library.bind(runtime.import_name, "gss_import_name");
  library.bind(runtime.release_name, "gss_release_name");
  library.bind(runtime.acquire_cred_from, "gss_acquire_cred_from");
  library.bind(runtime.release_cred, "gss_release_cred");
  library.bind(runtime.display_status, "gss_display_status");
  library.bind(runtime.release_buffer, "gss_release_buffer");
  library.bind(runtime.init_context, "krb5_init_context");
  library.bind(runtime.free_context, "krb5_free_context");
  library.bind(runtime.get_default_realm, "krb5_get_default_realm");
  library.bind(runtime.free_default_realm, "krb5_free_default_realm");
  return library.missing();
}

bool has_mechanism(const GssapiRuntime& runtime) {
  sasl_conn_t* connection = nullptr;
  if (runtime.server_new("zookeeper", "localhost", nullptr, nullptr, nullptr, nullptr, 0, &connection) !=
      SASL_OK)
    return false;
  const char* names = nullptr;
  const int listed = runtime.listmech(connection, nullptr, " ", " ", " ", &names, nullptr, nullptr);
  const bool found = listed == SASL_OK && std::string_view(names).find(" GSSAPI ") != std::string_view::npos;
  runtime.dispose(&connection);
  return found;
}

Result<std::shared_ptr<const GssapiRuntime>> load_once() {
  const auto runtime = std::make_shared<GssapiRuntime>();
  std::string missing = bind_kerberos(*runtime);
  if (missing.empty()) missing = bind_sasl(*runtime);
  if (!missing.empty()) return make_fault("GSSAPI needs {}, which is not here; {}", missing, kAdvice);
  if (runtime->server_init(global_callbacks(), "paddock") != SASL_OK ||
      runtime->client_init(global_callbacks()) != SASL_OK)
    return make_fault("libsasl2 does not start; {}", kAdvice);
  if (!has_mechanism(*runtime))
    return make_fault("libsasl2 has no module for GSSAPI, neither in its own folder nor by SASL_PATH; {}",
                      kAdvice);
  return std::shared_ptr<const GssapiRuntime>(runtime);
}

}  // namespace

int keep_name(sasl_conn_t*, void*, const char* in, unsigned length, unsigned, const char*, char* out,
              unsigned max, unsigned* out_length) {
  if (length >= max) return SASL_BUFOVER;
  out[std::string_view(in, length).copy(out, max - 1)] = '\0';
  *out_length = length;
  return SASL_OK;
}

Result<std::shared_ptr<const GssapiRuntime>> GssapiRuntime::load() {
  static const auto loaded = load_once();
  return loaded;
}

std::string GssapiRuntime::default_realm() const {
  krb5_context context = nullptr;
  if (init_context(&context) != 0) return {};
  char* realm = nullptr;
  std::string text;
  if (get_default_realm(context, &realm) == 0) {
    text = realm;
    free_default_realm(context, realm);
  }
  free_context(context);
  return text;
}

std::string GssapiRuntime::text(OM_uint32 major, OM_uint32 minor) const {
  std::string all;
  for (const auto& [code, kind] : {std::pair(major, GSS_C_GSS_CODE), std::pair(minor, GSS_C_MECH_CODE)}) {
    OM_uint32 more = 0;
    OM_uint32 ignored = 0;
    do {
      gss_buffer_desc piece = GSS_C_EMPTY_BUFFER;
      if (GSS_ERROR(display_status(&ignored, code, kind, GSS_C_NO_OID, &more, &piece))) break;
      all += all.empty() ? "" : ": ";
      all.append(static_cast<const char*>(piece.value), piece.length);
      release_buffer(&ignored, &piece);
    } while (more != 0);
  }
  return all;
}

}  // namespace paddock::gssapi
