#include "server/net/subject_name.h"

#include <fmt/core.h>

#include <string_view>

namespace paddock::net {
namespace {

// The only types that RFC 2253 has words for; Java writes all others by number, and their values in hex.
std::string_view keyword(int type) {
  switch (type) {
    case NID_commonName:
      return "CN";
    case NID_countryName:
      return "C";
    case NID_localityName:
      return "L";
    case NID_stateOrProvinceName:
      return "ST";
    case NID_organizationName:
      return "O";
    case NID_organizationalUnitName:
      return "OU";
    case NID_streetAddress:
      return "STREET";
    case NID_domainComponent:
      return "DC";
    case NID_userId:
      return "UID";
    default:
      return {};
  }
}

bool is_blank(char c) {
  return c == ' ' || c == '\r';
}

std::string escaped(std::string_view value) {
  size_t begin = 0;
  while (begin < value.size() && is_blank(value[begin])) ++begin;
  size_t end = value.size();
  while (end > begin && is_blank(value[end - 1])) --end;
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\0') {
      text += "\\00";
      continue;
    }
    const bool special = std::string_view(",=+<>#;\"\\").find(c) != std::string_view::npos;
    if (special || i < begin || i >= end) text += '\\';
    text += c;
  }
  return text;
}

std::string number_of(const ASN1_OBJECT* type) {
  char text[128];
  OBJ_obj2txt(text, sizeof text, type, 1);
  return text;
}

std::string hex_of(const ASN1_STRING* value) {
  ASN1_TYPE wrapped{};
  wrapped.type = ASN1_STRING_type(value);
  wrapped.value.asn1_string = const_cast<ASN1_STRING*>(value);
  unsigned char* der = nullptr;
  const int length = i2d_ASN1_TYPE(&wrapped, &der);
  std::string text = "#";
  for (int i = 0; i < length; ++i) text += fmt::format("{:02x}", der[i]);
  OPENSSL_free(der);
  return text;
}

std::string attribute(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* const type = X509_NAME_ENTRY_get_object(entry);
  const ASN1_STRING* const value = X509_NAME_ENTRY_get_data(entry);
  const std::string_view word = keyword(OBJ_obj2nid(type));
  unsigned char* utf8 = nullptr;
  const int length = word.empty() ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
  if (length < 0) return (word.empty() ? number_of(type) : std::string(word)) + "=" + hex_of(value);
  std::string text =
      fmt::format("{}={}", word, escaped({reinterpret_cast<const char*>(utf8), static_cast<size_t>(length)}));
  OPENSSL_free(utf8);
  return text;
}

}  // namespace

// The last one first; those of one set stay together, in their order.
std::string subject_name(const X509* certificate) {
  const X509_NAME* const name = X509_get_subject_name(certificate);
  std::string text;
  std::string set;
  int set_number = -1;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    if (X509_NAME_ENTRY_set(entry) != set_number && i > 0) {
      text = set + (text.empty() ? "" : ",") + text;
      set.clear();
    }
    set_number = X509_NAME_ENTRY_set(entry);
    set += (set.empty() ? "" : "+") + attribute(entry);
  }
  return set + (text.empty() ? "" : ",") + text;
}

}  // namespace paddock::net
