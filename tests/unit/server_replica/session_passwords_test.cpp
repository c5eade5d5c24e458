#include "server/replica/session_passwords.h"

#include <catch2/catch.hpp>

#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

std::string text_of(const client::SessionPassword& password) {
  return std::string(password.data(), password.size());
}

using Computed = SecretPasswords::Computed;

SecretPasswords secret_of(std::vector<std::string> secrets, Computed computed = Computed::refused) {
  return SecretPasswords(std::move(secrets), computed);
}

client::ConnectRequest resume(const Client& client, std::string_view password) {
  client::ConnectRequest request = again(client);
  request.password = password;
  return request;
}

}  // namespace

TEST_CASE("a password follows from the id and the secret, and from nothing less") {
  const SecretPasswords passwords = secret_of({kOld});
  const std::string password = text_of(passwords.make(SessionId{7}));
  CHECK(passwords.accepts(SessionId{7}, password));
  CHECK(text_of(secret_of({kOld}).make(SessionId{7})) == password);
  CHECK_FALSE(passwords.accepts(SessionId{8}, password));
  CHECK_FALSE(secret_of({kNew}).accepts(SessionId{7}, password));
  CHECK_FALSE(passwords.accepts(SessionId{7}, text_of(client::session_password(SessionId{7}))));
  CHECK_FALSE(passwords.accepts(SessionId{7}, password.substr(0, 15)));
  CHECK_FALSE(passwords.accepts(SessionId{7}, ""));
  CHECK(passwords.are_secret());
}

TEST_CASE("a secret can be changed one server at a time") {
  const SessionId session{0x1000000000000};
  const std::string before = text_of(secret_of({kOld}).make(session));
  const SecretPasswords knows_both = secret_of({kOld, kNew});
  const SecretPasswords makes_new = secret_of({kNew, kOld});
  CHECK(text_of(knows_both.make(session)) == before);
  CHECK(makes_new.accepts(session, before));
  CHECK(knows_both.accepts(session, text_of(makes_new.make(session))));
}

TEST_CASE("while ZooKeeper's passwords are accepted none is secret") {
  const SecretPasswords passwords = secret_of({kOld}, Computed::accepted);
  CHECK(passwords.accepts(SessionId{7}, text_of(client::session_password(SessionId{7}))));
  CHECK_FALSE(passwords.are_secret());
}

TEST_CASE("secrets can be begun with one server at a time") {
  const SessionId session{0x1000000000000};
  const SecretPasswords begins = secret_of({kOld}, Computed::made);
  const SecretPasswords goes_on = secret_of({kOld}, Computed::accepted);
  CHECK(ZooKeeperPasswords().accepts(session, text_of(begins.make(session))));
  CHECK(begins.accepts(session, text_of(goes_on.make(session))));
  CHECK(goes_on.accepts(session, text_of(begins.make(session))));
  CHECK(secret_of({kOld}).accepts(session, text_of(goes_on.make(session))));
  CHECK_FALSE(begins.are_secret());
}

TEST_CASE("who knows a session's id and not the secret neither gets nor disturbs it") {
  Server server;
  server.options.passwords = std::make_shared<SecretPasswords>(secret_of({kOld}));
  Client client = server.client();
  const std::string given(client.response().password.view());
  CHECK(given == text_of(secret_of({kOld}).make(client.session())));

  Client stranger = server.connection();
  stranger.ask_session(again(client));  // with what ZooKeeper computes
  CHECK(stranger.heard() == Heard{"refused", "closed"});
  client.get("/");
  CHECK(client.heard() == Heard{"1 ok"});

  Client moved = server.connection();
  moved.ask_session(resume(client, given));
  server.persist();
  CHECK(moved.heard() == Heard{"session"});
  CHECK(client.heard() == Heard{"closed"});
}

TEST_CASE("a server without the secret that made a password refuses it") {
  Server server;
  server.options.passwords = std::make_shared<SecretPasswords>(secret_of({kNew, kOld}));
  Client client = server.client();
  const std::string given(client.response().password.view());
  const client::ConnectRequest request = resume(client, given);
  server.options.passwords = std::make_shared<SecretPasswords>(secret_of({kOld}));
  server.restart();
  Client back = server.connection();
  back.ask_session(request);
  CHECK(back.heard() == Heard{"refused", "closed"});
}

}  // namespace paddock::replica
