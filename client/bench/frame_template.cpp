#include "client/bench/frame_template.h"

#include <charconv>

#include "protocol/base/check.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::client::bench {
namespace {

constexpr size_t kXidAt = 4;
constexpr size_t kPathAt = 4 + 8 + 4;  // frame length, request header, length of the path

void put_digits(char* at, const DigitField& field, int64_t number) {
  int64_t rest = number / field.divisor;
  for (int i = field.width - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
}

const Vector<Acl>& open_acl() {
  static const Vector<Acl> acl{Acl{kPermAll, Id{"world", "anyone"}}};
  return acl;
}

}  // namespace

PathPattern::PathPattern(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != '{') {
      zeros.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    const size_t close = text.find('}');
    const size_t colon = text.find(':');
    PADDOCK_CHECK(close != text.npos && colon < close, "'{}' is not {{width:divisor}}", text);
    DigitField field{zeros.size(), 0, 1};
    std::from_chars(text.data() + 1, text.data() + colon, field.width);
    std::from_chars(text.data() + colon + 1, text.data() + close, field.divisor);
    PADDOCK_CHECK(field.width > 0 && field.divisor > 0, "'{}' is not {{width:divisor}}", text);
    fields.push_back(field);
    zeros.append(static_cast<size_t>(field.width), '0');
    text.remove_prefix(close + 1);
  }
}

std::string PathPattern::path(int64_t number) const {
  std::string path = zeros;
  for (const DigitField& field : fields) put_digits(path.data() + field.offset, field, number);
  return path;
}

FrameTemplate::FrameTemplate(OpCode type, const PathPattern& pattern, std::string_view body)
    : fields_(pattern.fields) {
  jute::Writer writer(bytes_);
  const size_t start = writer.begin_frame();
  jute::encode(writer, RequestHeader{0, static_cast<int32_t>(type)});
  writer.write_raw(body);
  writer.end_frame(start);
  PADDOCK_CHECK(bytes_.compare(kPathAt, pattern.zeros.size(), pattern.zeros) == 0,
                "{} does not begin with {}", name_of(type), pattern.zeros);
  for (DigitField& field : fields_) field.offset += kPathAt;
}

void FrameTemplate::append(std::string& out, int32_t xid, int64_t number) const {
  const size_t at = out.size();
  out.append(bytes_);
  jute::store_int(out.data() + at + kXidAt, xid);
  for (const DigitField& field : fields_) put_digits(out.data() + at + field.offset, field, number);
}

FrameTemplate read_frame(const PathPattern& pattern) {
  return {OpCode::get_data, pattern, jute::encoded(PathWatchRequest{pattern.zeros, false})};
}
FrameTemplate write_frame(const PathPattern& pattern, std::string_view data) {
  return {OpCode::set_data, pattern, jute::encoded(SetDataRequest{pattern.zeros, data, -1})};
}
FrameTemplate create_frame(const PathPattern& pattern, std::string_view data) {
  return {OpCode::create, pattern, jute::encoded(CreateRequest{pattern.zeros, data, open_acl(), 0})};
}
FrameTemplate remove_frame(const PathPattern& pattern) {
  return {OpCode::remove, pattern, jute::encoded(DeleteRequest{pattern.zeros, -1})};
}

}  // namespace paddock::client::bench
