#include "client/shell/output.h"

#include <catch2/catch.hpp>

#include "client/shell/json_forms.h"

namespace paddock::client::shell {
namespace {

// What is printed in one form.
struct Printed {
  explicit Printed(Format format, bool colours = false)
      : out(format, colours, [this](std::string_view bytes) { text += bytes; }) {}
  std::string text;
  Output out;
};

}  // namespace

TEST_CASE("a result is told as text, as a document or as a table") {
  const Json document = {{"path", "/a"}, {"bytes", 5}};
  Printed plain(Format::plain);
  plain.out.show("five bytes", document);
  CHECK(plain.text == "five bytes\n");
  Printed json(Format::json);
  json.out.show("five bytes", document);
  CHECK(json.text == "{\"path\":\"/a\",\"bytes\":5}\n");
  Printed table(Format::table);
  table.out.show("five bytes", document);
  CHECK(table.text == "path   /a\nbytes  5\n");
}

TEST_CASE("rows of a table wait for each other, rows of JSON do not") {
  for (const Format format : {Format::json, Format::table}) {
    Printed printed(format);
    printed.out.row("", {{"path", "/a"}, {"bytes", 5}});
    printed.out.row("", {{"path", "/longer"}, {"bytes", 12345}});
    if (format == Format::json) {
      CHECK(printed.text == "{\"path\":\"/a\",\"bytes\":5}\n{\"path\":\"/longer\",\"bytes\":12345}\n");
    } else {
      CHECK(printed.text.empty());
      printed.out.flush();
      CHECK(printed.text == "PATH     BYTES\n/a           5\n/longer  12345\n");
    }
  }
}

TEST_CASE("a table has all columns, keeps to one line a row and counts characters") {
  CHECK(table_text({{{"a", "ä"}}, {{"b", "x\ny"}}}) == "A  B\nä\n   x\\ny");
  CHECK(table_text({}).empty());
  CHECK(cell_text({"a", 1, nullptr}) == "a,1,");
  CHECK(document_text({"a", "b"}) == "a\nb");
}

TEST_CASE("bytes that are no text do not break JSON") {
  Printed json(Format::json);
  json.out.show("", {{"path", "\xff"}});
  CHECK(json.text == "{\"path\":\"\xef\xbf\xbd\"}\n");
  Json object = Json::object();
  put_data(object, "\xff\x00", false);
  CHECK(object.dump() == R"({"base64":"/w=="})");
  object = Json::object();
  put_data(object, "caf\xc3\xa9", false);
  CHECK(object["data"] == "caf\xc3\xa9");
  object = Json::object();
  put_data(object, "", true);
  CHECK(object["data"].is_null());
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
  for (const char* wrong :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    INFO(wrong);
    CHECK_FALSE(is_utf8(wrong));
  }
}

TEST_CASE("colours are for terminals, and never part of JSON") {
  CHECK(Printed(Format::plain, true).out.paint("red", "x") == "\033[31mx\033[0m");
  CHECK(Printed(Format::plain, false).out.paint("red", "x") == "x");
  CHECK(Printed(Format::json, true).out.paint("red", "x") == "x");
}

}  // namespace paddock::client::shell
