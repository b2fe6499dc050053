use lib 'nowhere';
use Test::Nginx::Socket::Lua tests => 7;

repeat_each(2);
our $each = repeat_each;
no_shuffle();
no_long_string();
no_diff;
workers 3;
worker_connections(77);
log_level 'warn';
timeout(5);
master_on();
env_to_nginx("A", "B=c d");
env_to_nginx 'C';
check_accum_error_log();
no_root_location();
use_hup();
no_nginx_manager();
server_addr("127.0.0.2");
server_name("x.test");
server_port(8080);
server_port_for_client(8081);
config_preamble("set \$x 1;");
our @got = (workers, worker_connections, log_level, timeout, server_addr, server_name, server_port,
    server_port_for_client, master_process_enabled, html_dir, server_root);
run_tests();

__DATA__

=== settings read back
--- each eval: $::each
--- got eval: "@::got"
--- vars eval
join " ", map { defined $_ ? $_ : "undef" } ($Test::Nginx::Util::Workers, $Test::Nginx::Util::NoShuffle,
    $Test::Nginx::Util::ServRoot, $Test::Nginx::Util::ErrLogFile, $Test::Nginx::Util::UseHup, $Test::Nginx::Util::ServerPort,
    $Test::Nginx::Util::CheckLeak, $Test::Nginx::Util::LatestNginxVersion, $Test::Nginx::Util::QuicIdleTimeout,
    $Test::Nginx::Util::NginxBinary, $Test::Nginx::Util::TestNginxSleep, $Test::Nginx::Util::DaemonEnabled)
--- env eval: join " ", map { "$_=$ENV{$_}" } qw(TEST_NGINX_SERVER_ROOT TEST_NGINX_SERVER_PORT TEST_SHOW_NO_DIFFS)
--- canon eval: Test::Nginx::Util::get_canon_version(1, 25, 3) . Test::Nginx::Util::trim("  a \n b  ") . Test::Nginx::Util::parse_time("20ms")
--- chars eval: Test::Nginx::Util::show_all_chars("a\tb\r\n")
--- headers eval: Test::Nginx::Util::parse_headers("A: b\n! C\n  D :e:f \n")
