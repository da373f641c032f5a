#include "az/shell_script.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

using namespace cmksim::az;

namespace {

/// The commands of a script, doubtful ones with a `?`, then the lines with a command that was not read with a `!`, and
/// the other lines that may do anything with a `-`.
std::string read(std::string_view text, ShellKind kind = ShellKind::Unknown) {
    std::string said;
    const ShellScript script = readShellScript(text, kind);
    for (const ScriptCommand& command : script.commands) {
        said.append(command.doubt.empty() ? "" : "?").append(command.text).append("\n");
    }
    for (const ScriptRest& rest : script.rest) {
        said.append(rest.holdsCommand ? "!" : "-").append(rest.raw).append("\n");
    }
    return said;
}

} // namespace

TEST_CASE("a command is read wherever it is plain that it runs") {
    for (const std::string_view line : {"az show",
                                        "  $ az show",
                                        "> az show",
                                        "PS C:\\> az show",
                                        "C:\\Users\\me> az show",
                                        "user@host:~$ az show",
                                        "[user@host ~]$ az show",
                                        "root@host:/# az show",
                                        "true && az show",
                                        "cd /tmp; az show",
                                        "(az show)",
                                        "( cd /tmp && az show )",
                                        "{ az show; }",
                                        "time az show",
                                        "X=1 az show",
                                        "sudo -E az show",
                                        "! az show",
                                        "& az show",
                                        "out=$(az show)",
                                        "export OUT=\"$(az show)\"",
                                        "out=`az show`",
                                        "$k = az show",
                                        "bash -c \"az show\"",
                                        "sh -c 'cd /; az show'",
                                        "pwsh -Command \"az show\"",
                                        "echo $(az show)",
                                        "echo \"is $(az show)\"",
                                        "az show # as it is; see below",
                                        "docker pull x; az show",
                                        "set -e; az show"}) {
        INFO(line);
        const std::string said = read(line);
        CHECK(said.starts_with("az show\n"));
        CHECK(said.find('!') == std::string::npos);
    }
    CHECK(read("az.cmd show") == "az.cmd show\n");
    CHECK(read("/usr/bin/az show") == "/usr/bin/az show\n");
    CHECK(read("az a && az b; az c\naz d") == "az a\naz b\naz c\naz d\n");
    CHECK(read("az login && docker pull x") == "az login\n-docker pull x\n");
}

TEST_CASE("a command that may not run has a doubt") {
    for (const std::string_view line :
         {"if true; then az show; fi", "if [ -n \"$X\" ]\nthen\n  az show\nfi", "for i in 1 2; do az show; done",
          "while true\ndo\n az show\ndone", "docker pull x && az show", "false || az show", "fix() {\n az show\n}",
          "if ($x) { az show }", "if ($x) {\n  echo a\n} else {\n  az show\n}", "case $x in\n a) az show;;\nesac",
          "if true; then bash -c 'az show'; fi", "[ -f x ] && az show"}) {
        INFO(line);
        CHECK(read(line).starts_with("?az show\n"));
    }
    CHECK(read("if true; then echo a; fi\naz show") == "az show\n");
    CHECK(read("fix() {\n az a\n}\naz b") == "?az a\naz b\n");
    CHECK(read("az a || exit 1\naz b") == "az a || exit 1\naz b\n");
}

TEST_CASE("a command that cannot be read is told, and so is what is none") {
    for (const std::string_view line : {"echo x | az show", "xargs az show", "timeout 5 az show", "eval \"az show\"",
                                        "AZ SHOW", "ssh host 'az show'", "(az show).name"}) {
        INFO(line);
        const std::string said = read(line);
        CHECK((said.starts_with('!') || said == "az show\n-.name\n"));
    }
    CHECK(read("bash <<END\naz delete\nEND\naz show") == "az show\n-bash <<END\n!az delete\n");
    CHECK(read("sleep 600\nkubectl get pods") == "-sleep 600\n-kubectl get pods\n");
    CHECK(read("# az show\necho az show\nset -euo pipefail\ncd /tmp\n").empty());
    CHECK(read("Set-AzKeyVaultAccessPolicy -VaultName x") == "-Set-AzKeyVaultAccessPolicy -VaultName x\n");
}

TEST_CASE("plain assignments are followed, others are not known") {
    CHECK(read("V=kv1\naz show -n $V --x \"${V}-a\" '$V'") == "az show -n kv1 --x \"kv1-a\" '$V'\n");
    CHECK(read("export V='a b'\nW=\"$V c\"\naz show \"$W\"") == "az show \"a b c\"\n");
    CHECK(read("$rg = \"con to\"\naz show -g $rg", ShellKind::PowerShell) == "az show -g \"con to\"\n");
    CHECK(read("V=kv1\nV=$(az show)\naz show $V") == "az show\naz show $V\n");
    CHECK(read("V=kv1\nif true; then V=kv2; fi\naz show $V") == "az show $V\n");
    CHECK(read("V=kv1\nfor V in a b; do echo; done\naz show $V") == "az show $V\n");
    CHECK(read("V='a\"; az delete'\naz show $V") == "az show a\\\"\\; az delete\n");
}

TEST_CASE("lines go on after a backslash, and in PowerShell after a backtick") {
    CHECK(read("az show \\\n  -n x") == "az show \\\n  -n x\n");
    CHECK(read("az show `\n  -n x", ShellKind::PowerShell) == "az show \\\n  -n x\n");
    CHECK(read("az show `\r\n  -n x") == "az show \\\r\n  -n x\n");
}

TEST_CASE("the one command within a text is found") {
    const auto within = [](std::string_view text) {
        ShellSession shell;
        return std::string{shell.read(text).command};
    };
    CHECK(within("KEK=$(az show --query x)") == "az show --query x");
    CHECK(within("keyvault show") == "keyvault show");
    CHECK(within("az a; az b") == "az a; az b");
    CHECK(within("az show > x || exit 1") == "az show > x || exit 1");
    CHECK(within("V=kv1; az show -n $V") == "az show -n kv1");
}

TEST_CASE("what one text assigns, those after it know") {
    ShellSession shell;
    CHECK(shell.read("V=kv1").onlyAssigns);
    CHECK(shell.read("export W=\"$V-b\"").onlyAssigns);
    CHECK(shell.read("az show -n $V --x ${W}").command == "az show -n kv1 --x kv1-b");
    CHECK(shell.read("acr show -n $V").command == "acr show -n kv1");
    CHECK_FALSE(shell.read("acr show -n $V").onlyAssigns);

    const ShellSession::Line kept = shell.read("V=$(az show --query id -o tsv)");
    CHECK(kept.command == "az show --query id -o tsv");
    CHECK(kept.keptIn == "V");
    CHECK(shell.read("az show -n $V").command == "az show -n $V"); // what it printed is not known
    shell.assign("V", "a/b");
    CHECK(shell.read("az show -n $V").command == "az show -n a/b");
    shell.assign("V", std::nullopt);
    CHECK(shell.read("az show -n $V").command == "az show -n $V");
    CHECK(shell.read("az show -n $W").keptIn.empty());

    ShellVariables variables;
    CHECK(readShellScript("V=kv1", ShellKind::Posix, variables).assigns);
    CHECK(readShellScript("az show -n $V", ShellKind::Posix, variables).commands.front().text == "az show -n kv1");
}
