# What `cmake --install` installs: the command, its manual pages and completions, the scenarios with their schema, and units of systemd.
# Pages and completions are made by the command itself.

set(installed ${CMAKE_BINARY_DIR}/installed)
add_custom_command(OUTPUT ${installed}/made
  COMMAND ${CMAKE_COMMAND} -E make_directory ${installed}/man ${installed}/completion
  COMMAND barrage-loadgen man ${installed}/man
  COMMAND barrage-loadgen completion bash --output ${installed}/completion/loadgen
  COMMAND barrage-loadgen completion zsh --output ${installed}/completion/_loadgen
  COMMAND barrage-loadgen completion fish --output ${installed}/completion/loadgen.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${installed}/made
  DEPENDS barrage-loadgen COMMENT "Manual pages and completions" VERBATIM)
# Not with sanitizers, whose trees build the tests alone.
if(BARRAGE_SANITIZE)
  add_custom_target(barrage-pages DEPENDS ${installed}/made)
else()
  add_custom_target(barrage-pages ALL DEPENDS ${installed}/made)
endif()

foreach(unit barrage-speak@.service barrage-sink@.service)
  configure_file(packaging/systemd/${unit}.in ${installed}/${unit} @ONLY)
endforeach()
set(BARRAGE_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "Where completions of zsh are installed")
set(BARRAGE_SYSTEMD_DIR "lib/systemd/system" CACHE STRING "Where units of systemd are installed; empty: nowhere")

install(TARGETS barrage-loadgen RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${installed}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(DIRECTORY ${installed}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 FILES_MATCHING PATTERN "*.5")
install(FILES ${installed}/completion/loadgen DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${installed}/completion/_loadgen DESTINATION ${BARRAGE_ZSH_DIR})
install(FILES ${installed}/completion/loadgen.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY loadgen/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/barrage)
install(FILES loadgen/report/report.schema.json loadgen/bench/bench.schema.json loadgen/report/grafana-dashboard.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/barrage)
if(BARRAGE_SYSTEMD_DIR)
  install(FILES ${installed}/barrage-speak@.service ${installed}/barrage-sink@.service DESTINATION ${BARRAGE_SYSTEMD_DIR})
endif()
