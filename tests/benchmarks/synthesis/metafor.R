# What metafor, clubSandwich and lm() of R give on published data sets, as JSON on the standard output:
#   Rscript tests/benchmarks/synthesis/metafor.R > tests/synthesis/metafor.json
# tests/synthesis/test_against_metafor.py holds our own arithmetic to these figures.
suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})
exact <- list(threshold = 1e-14, maxiter = 5000, stepadj = 0.5, tol = 1e-14, evtol = 1e-14)
out <- list(versions = list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
  metadat = as.character(packageVersion("metadat")),
  clubSandwich = as.character(packageVersion("clubSandwich"))))
sizes <- list(); pools <- list(); mh <- list(); regressions <- list(); small <- list()
single <- list(); several <- list(); groups <- list()
num <- function(x) unname(as.numeric(x))

# ---- effect sizes ----
size <- function(name, source, measure, rows, e) {
  sizes[[paste(name, measure)]] <<- list(source = source, measure = measure, rows = rows,
    yi = num(e$yi), vi = num(e$vi))
  e
}
two <- function(d, a, n1, c, n2) lapply(seq_len(nrow(d)), function(i) num(c(d[[a]][i], d[[n1]][i], d[[c]][i], d[[n2]][i])))
bcg <- dat.bcg; bcg$n1 <- bcg$tpos + bcg$tneg; bcg$n2 <- bcg$cpos + bcg$cneg
b_src <- "dat.bcg: Colditz et al. 1994, JAMA 271:698"
b_rows <- two(bcg, "tpos", "n1", "cpos", "n2")
e_bcg <- list()
for (m in c("RR", "OR", "PETO")) e_bcg[[m]] <- size("bcg", b_src, m, b_rows, escalc(measure = m, ai = tpos, n1i = n1, ci = cpos, n2i = n2, data = bcg, to = if (m == "PETO") "none" else "only0"))
e_bcg$RD <- size("bcg", b_src, "RD", b_rows, escalc(measure = "RD", ai = tpos, n1i = n1, ci = cpos, n2i = n2, data = bcg, addyi = FALSE))
yu <- dat.yusuf1985[dat.yusuf1985$table == 6, ]
y_src <- "dat.yusuf1985, table 6: Yusuf et al. 1985, Prog Cardiovasc Dis 27:335"
yu <- yu[!is.na(yu$ai), ]; yu$ci <- yu$ci
y_rows <- two(yu, "ai", "n1i", "ci", "n2i")
e_yu <- list()
for (m in c("RR", "OR", "PETO")) e_yu[[m]] <- size("yusuf", y_src, m, y_rows, escalc(measure = m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = yu, to = if (m == "PETO") "none" else "only0"))
e_yu$RD <- size("yusuf", y_src, "RD", y_rows, escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = yu, addyi = FALSE))
no <- dat.normand1999; n_src <- "dat.normand1999: Normand 1999, Stat Med 18:321"
n_rows <- lapply(seq_len(nrow(no)), function(i) num(no[i, c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]))
e_no <- list()
for (m in c("MD", "SMD", "ROM")) e_no[[m]] <- size("normand", n_src, m, n_rows, escalc(measure = m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = no))
cu <- dat.curtis1998; c_src <- "dat.curtis1998: Curtis & Wang 1998, Oecologia 113:299"
c_rows <- lapply(seq_len(nrow(cu)), function(i) num(cu[i, c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]))
e_cu <- size("curtis", c_src, "ROM", c_rows, escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = cu))
mo <- dat.molloy2014; mo_src <- "dat.molloy2014: Molloy et al. 2014, Ann Behav Med 47:113"
e_mo <- size("molloy", mo_src, "ZCOR", lapply(seq_len(nrow(mo)), function(i) num(c(mo$ri[i], mo$ni[i]))), escalc(measure = "ZCOR", ri = ri, ni = ni, data = mo))
pr <- dat.pritz1997; pr_src <- "dat.pritz1997: Pritz 1997, AJNR 18:1263"
pr_rows <- lapply(seq_len(nrow(pr)), function(i) num(c(pr$xi[i], pr$ni[i])))
e_pr <- list()
for (m in c("PLO", "PFT")) e_pr[[m]] <- size("pritz", pr_src, m, pr_rows, escalc(measure = m, xi = xi, ni = ni, data = pr))
ni <- dat.nielweise2008; ni_src <- "dat.nielweise2008: Niel-Weise et al. 2008, J Antimicrob Chemother 62:1"
ni_rows <- lapply(seq_len(nrow(ni)), function(i) num(c(ni$x1i[i], ni$t1i[i], ni$x2i[i], ni$t2i[i])))
e_ni <- list()
e_ni$IRR <- size("nielweise", ni_src, "IRR", ni_rows, escalc(measure = "IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = ni))
e_ni$IRD <- size("nielweise", ni_src, "IRD", ni_rows, escalc(measure = "IRD", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = ni, addyi = FALSE))
e_ni$IRLN <- size("nielweise", ni_src, "IRLN", lapply(seq_len(nrow(ni)), function(i) num(c(ni$x1i[i], ni$t1i[i]))), escalc(measure = "IRLN", xi = x1i, ti = t1i, data = ni))
ha <- dat.hackshaw1998; ha_src <- "dat.hackshaw1998: Hackshaw 1998, Stat Methods Med Res 7:119"

# ---- pooling ----
ci_of <- function(r) { ci <- confint(r, control = list(tol = 1e-14, maxiter = 10000))$random; list(tau2 = num(ci[1, 2:3]), i2 = num(ci[3, 2:3])) }
pool <- function(name, source, y, v) {
  for (method in c("EE", "REML", "DL", "PM")) for (test in if (method == "EE") "z" else c("z", "knha", "adhoc")) {
    r <- rma(y, v, method = method, test = test, control = exact)
    one <- list(source = source, yi = num(y), vi = num(v), method = method, test = test,
      estimate = num(r$beta), se = r$se, low = r$ci.lb, high = r$ci.ub, p = r$pval, tau2 = r$tau2,
      i2 = r$I2, q = r$QE, q_p = r$QEp)
    if (method != "EE") {
      ci <- ci_of(r); one$tau2_interval <- ci$tau2; one$i2_interval <- ci$i2
      p <- predict(r, pi.type = "riley"); one$prediction <- c(p$pi.lb, p$pi.ub)
    }
    pools[[paste(name, method, test)]] <<- one
  }
}
pool("bcg RR", b_src, e_bcg$RR$yi, e_bcg$RR$vi); pool("bcg OR", b_src, e_bcg$OR$yi, e_bcg$OR$vi)
pool("normand SMD", n_src, e_no$SMD$yi, e_no$SMD$vi); pool("molloy ZCOR", mo_src, e_mo$yi, e_mo$vi)
pool("pritz PLO", pr_src, e_pr$PLO$yi, e_pr$PLO$vi); pool("pritz PFT", pr_src, e_pr$PFT$yi, e_pr$PFT$vi)
pool("nielweise IRR", ni_src, e_ni$IRR$yi, e_ni$IRR$vi); pool("hackshaw OR", ha_src, ha$yi, ha$vi)
pool("curtis ROM", c_src, e_cu$yi, e_cu$vi); pool("yusuf OR", y_src, e_yu$OR$yi, e_yu$OR$vi)
pft <- rma(e_pr$PFT$yi, e_pr$PFT$vi, control = exact)
back <- predict(pft, transf = transf.ipft.hm, targs = list(ni = pr$ni))
out$back <- list(source = pr_src, ni = pr$ni, y = num(c(pft$beta, pft$ci.lb, pft$ci.ub)), share = num(c(back$pred, back$ci.lb, back$ci.ub)))

# ---- Mantel-Haenszel and Peto ----
told <- function(name, source, r, measure, rows) mh[[name]] <<- list(source = source, measure = measure, rows = rows,
  estimate = num(r$beta), se = r$se, low = r$ci.lb, high = r$ci.ub, p = r$pval, q = num(r$QE))
for (m in c("OR", "RR", "RD")) {
  told(paste("bcg", m), b_src, rma.mh(measure = m, ai = tpos, n1i = n1, ci = cpos, n2i = n2, data = bcg, correct = FALSE), m, b_rows)
  told(paste("yusuf", m), y_src, rma.mh(measure = m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = yu, correct = FALSE), m, y_rows)
}
for (m in c("IRR", "IRD")) told(paste("nielweise", m), ni_src, rma.mh(measure = m, x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = ni, correct = FALSE), m, ni_rows)
told("bcg PETO", b_src, rma.peto(ai = tpos, n1i = n1, ci = cpos, n2i = n2, data = bcg), "PETO", b_rows)
told("yusuf PETO", y_src, rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = yu), "PETO", y_rows)

# ---- meta-regression ----
regress <- function(name, source, y, v, mods, method = "REML") for (test in c("z", "knha", "adhoc")) {
  r <- rma(y, v, mods = mods, method = method, test = test, control = exact)
  regressions[[paste(name, method, test)]] <<- list(source = source, yi = num(y), vi = num(v), mods = lapply(seq_len(ncol(mods)), function(j) num(mods[, j])),
    method = method, test = test, b = num(r$beta), se = num(r$se), low = num(r$ci.lb), high = num(r$ci.ub), p = num(r$pval),
    qm = r$QM, qmp = r$QMp, tau2 = r$tau2, i2 = r$I2, r2 = r$R2, q = r$QE)
}
regress("bcg ablat", b_src, e_bcg$RR$yi, e_bcg$RR$vi, cbind(bcg$ablat))
regress("bcg ablat year", b_src, e_bcg$RR$yi, e_bcg$RR$vi, cbind(bcg$ablat, bcg$year))
regress("bcg ablat year", b_src, e_bcg$RR$yi, e_bcg$RR$vi, cbind(bcg$ablat, bcg$year), "DL")
regress("bcg ablat year", b_src, e_bcg$RR$yi, e_bcg$RR$vi, cbind(bcg$ablat, bcg$year), "PM")
regress("bcg alloc", b_src, e_bcg$RR$yi, e_bcg$RR$vi, cbind(bcg$alloc == "alternate", bcg$alloc == "systematic"))

# ---- subgroups, each with a variance of its own ----
parts <- lapply(split(seq_len(nrow(bcg)), bcg$alloc), function(i) rma(e_bcg$RR$yi[i], e_bcg$RR$vi[i], control = exact))
btw <- rma(sapply(parts, function(r) num(r$beta)), sei = sapply(parts, function(r) r$se), method = "EE")
groups$bcg <- list(source = b_src, yi = num(e_bcg$RR$yi), vi = num(e_bcg$RR$vi), of = bcg$alloc,
  estimate = lapply(parts, function(r) num(r$beta)), tau2 = lapply(parts, function(r) r$tau2), q = btw$QE, p = btw$QEp)

# ---- one by one ----
r <- rma(e_bcg$RR$yi, e_bcg$RR$vi, control = exact); l <- leave1out(r); i <- influence(r)$inf
single$bcg <- list(source = b_src, yi = num(e_bcg$RR$yi), vi = num(e_bcg$RR$vi), estimate = num(l$estimate), se = num(l$se), tau2 = num(l$tau2),
  q = num(l$Q), residual = num(i$rstudent), dffits = num(i$dffits), cook = num(i$cook.d), tau2_without = num(i$tau2.del),
  q_without = num(i$QE.del), hat = num(i$hat), marked = i$inf == "*")
r <- rma(e_no$SMD$yi, e_no$SMD$vi, control = exact); l <- leave1out(r); i <- influence(r)$inf
single$normand <- list(source = n_src, yi = num(e_no$SMD$yi), vi = num(e_no$SMD$vi), estimate = num(l$estimate), se = num(l$se), tau2 = num(l$tau2),
  q = num(l$Q), residual = num(i$rstudent), dffits = num(i$dffits), cook = num(i$cook.d), tau2_without = num(i$tau2.del),
  q_without = num(i$QE.del), hat = num(i$hat), marked = i$inf == "*")

# ---- small studies ----
asym <- function(name, source, y, v, rows = NULL) {
  eg <- regtest(y, v, model = "lm"); f <- summary(eg$fit)$coefficients
  one <- list(source = source, yi = num(y), vi = num(v), egger = list(t = eg$zval, p = eg$pval, slope = f[2, 1], se = f[2, 2], limit = f[1, 1]))
  for (m in c("EE", "REML", "DL")) {
    t <- trimfill(rma(y, v, method = m, control = exact), control = exact)
    one[[paste0("fill", m)]] <- list(missing = t$k0, side = t$side, estimate = num(t$beta), se = t$se, tau2 = t$tau2)
  }
  one$rosenthal <- num(ceiling(fsn(y, v)$fsnum))
  if (!is.null(rows)) {
    t <- do.call(rbind, rows); n <- t[, 2] + t[, 4]; ev <- t[, 1] + t[, 3]
    w <- 1 / (1 / ev + 1 / (n - ev)); s <- summary(lm(y ~ I(1 / n), weights = w))$coefficients
    one$peters <- list(t = s[2, 3], p = s[2, 4], slope = s[2, 1], se = s[2, 2], limit = s[1, 1]); one$rows <- rows
  }
  small[[name]] <<- one
}
asym("hackshaw", ha_src, ha$yi, ha$vi); asym("bcg", b_src, e_bcg$OR$yi, e_bcg$OR$vi, b_rows)
eg <- dat.egger2001[!is.na(dat.egger2001$ai), ]; eg_src <- "dat.egger2001: Egger, Davey Smith & Altman 2001 (trials of magnesium)"
asym("egger", eg_src, escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = eg)$yi,
  escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = eg)$vi, two(eg, "ai", "n1i", "ci", "n2i"))

# ---- several effects of one study ----
nested <- function(name, source, y, v, study) for (rho in c(0, 0.6)) {
  V <- impute_covariance_matrix(v, cluster = study, r = rho, return_list = FALSE); es <- seq_along(y)
  r <- rma.mv(y, V, random = ~ 1 | study / es, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-16, maxit = 5000))
  t <- coef_test(r, vcov = "CR2", cluster = study, test = "Satterthwaite")
  t <- as.data.frame(t); free <- t[[grep("df", names(t))[1]]]
  several[[paste(name, rho)]] <<- list(source = source, yi = num(y), vi = num(v), study = as.character(study), rho = rho, estimate = num(r$beta),
    between = r$sigma2[1], within = r$sigma2[2], model_se = r$se, se = num(t$SE), free = num(free), p = num(t[[grep("p_", names(t))[1]]]))
}
ko <- dat.konstantopoulos2011; nested("konstantopoulos", "dat.konstantopoulos2011: Konstantopoulos 2011, Res Synth Methods 2:61", ko$yi, ko$vi, ko$district)
as <- dat.assink2016; as <- as[as$study %in% 1:8, ]
nested("assink", "dat.assink2016, studies 1 to 8: Assink & Wibbelink 2016, Quant Meth Psych 12:154", as$yi, as$vi, as$study)
cat(toJSON(c(out, list(sizes = sizes, pools = pools, mantel_haenszel = mh, regressions = regressions, groups = groups,
  single = single, small = small, several = several)), digits = 12, auto_unbox = TRUE, na = "null"), "\n")
